-- The records of people, in all and per activity, that differ from what they are made of.
SELECT 'person_records' AS record, d.id, string_agg(d.what, ', ') AS what
FROM (
    SELECT s.person_id AS id, 'stored ' || CAST(s AS text) AS what
    FROM (
        SELECT r.* FROM run JOIN person_records AS r ON r.organisation_id = run.organisation_id
        WHERE r.person_id IN (SELECT id FROM subjects)
        EXCEPT ALL SELECT * FROM fresh_person_records
    ) AS s
    UNION ALL
    SELECT f.person_id, 'is ' || CAST(f AS text)
    FROM (
        SELECT * FROM fresh_person_records
        EXCEPT ALL
        SELECT r.* FROM run JOIN person_records AS r ON r.organisation_id = run.organisation_id
        WHERE r.person_id IN (SELECT id FROM subjects)
    ) AS f
) AS d
GROUP BY d.id
UNION ALL
SELECT 'person_activity_records' AS record, d.id, string_agg(d.what, ', ') AS what
FROM (
    SELECT s.person_id AS id, 'stored ' || CAST(s AS text) AS what
    FROM (
        SELECT r.* FROM run JOIN person_activity_records AS r ON r.organisation_id = run.organisation_id
        WHERE r.person_id IN (SELECT id FROM subjects)
        EXCEPT ALL SELECT * FROM fresh_person_activity_records
    ) AS s
    UNION ALL
    SELECT f.person_id, 'is ' || CAST(f AS text)
    FROM (
        SELECT * FROM fresh_person_activity_records
        EXCEPT ALL
        SELECT r.* FROM run JOIN person_activity_records AS r ON r.organisation_id = run.organisation_id
        WHERE r.person_id IN (SELECT id FROM subjects)
    ) AS f
) AS d
GROUP BY d.id
ORDER BY 1, 2
