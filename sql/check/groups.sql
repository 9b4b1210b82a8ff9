-- The group_records that differ from what they are made of.
SELECT 'group_records' AS record, d.id, string_agg(d.what, ', ') AS what
FROM (
    SELECT s.group_id AS id, 'stored ' || CAST(s AS text) AS what
    FROM (
        SELECT r.* FROM run JOIN group_records AS r ON r.organisation_id = run.organisation_id
        WHERE r.group_id IN (SELECT id FROM subjects)
        EXCEPT ALL SELECT * FROM fresh_group_records
    ) AS s
    UNION ALL
    SELECT f.group_id, 'is ' || CAST(f AS text)
    FROM (
        SELECT * FROM fresh_group_records
        EXCEPT ALL
        SELECT r.* FROM run JOIN group_records AS r ON r.organisation_id = run.organisation_id
        WHERE r.group_id IN (SELECT id FROM subjects)
    ) AS f
) AS d
GROUP BY d.id
ORDER BY d.id
