-- Types that groups are given and that there are not yet.
SELECT t.name, row_number() OVER (ORDER BY t.name) AS nth
FROM (
    SELECT c.type COLLATE "C" AS name FROM changed_groups AS c WHERE c.type IS NOT NULL
    UNION
    SELECT v.type COLLATE "C" FROM new_groups AS n JOIN group_values AS v USING (custom_id) WHERE v.type <> ''
) AS t
WHERE NOT EXISTS (SELECT FROM group_types AS k WHERE k.organisation_id = :organisation AND k.name = t.name)
