-- Types that groups have, or have again, and that are not there any more.
SELECT n.name, row_number() OVER (ORDER BY n.name) AS nth
FROM (
    SELECT x.type COLLATE "C" AS name FROM clear_groups AS x WHERE x.how <> 'delete' AND x.type IS NOT NULL
    UNION
    SELECT u.name_now COLLATE "C"
    FROM clear_types AS u
    WHERE u.how = 'update'
      AND EXISTS (SELECT FROM groups AS g WHERE g.organisation_id = :organisation AND g.type COLLATE "C" = u.name_now)
) AS n
WHERE NOT EXISTS (SELECT FROM group_types AS t WHERE t.organisation_id = :organisation AND t.name = n.name)
