-- Types that the import made go; not those that groups have, or were given by what is left as it is.
SELECT u.type_id AS id
FROM clear_types AS u
WHERE u.how = 'delete'
  AND NOT EXISTS (SELECT FROM groups AS g WHERE g.organisation_id = :organisation AND g.type COLLATE "C" = u.name_now)
  AND NOT EXISTS (
    SELECT
    FROM conflicts AS k
    JOIN group_changes AS c
        ON c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint)) AND c.id = k.id
    WHERE k.what = 'group' AND (c.after).type COLLATE "C" = u.name_now)
