-- The persona_activity_records that differ from what they are made of.
SELECT 'persona_activity_records' AS record, d.id, string_agg(d.what, ', ') AS what
FROM (
    SELECT s.persona_id AS id, 'stored ' || CAST(s AS text) AS what
    FROM (
        SELECT r.* FROM run JOIN persona_activity_records AS r ON r.organisation_id = run.organisation_id
        WHERE r.persona_id IN (SELECT id FROM subjects)
        EXCEPT ALL SELECT * FROM fresh_persona_activity_records
    ) AS s
    UNION ALL
    SELECT f.persona_id, 'is ' || CAST(f AS text)
    FROM (
        SELECT * FROM fresh_persona_activity_records
        EXCEPT ALL
        SELECT r.* FROM run JOIN persona_activity_records AS r ON r.organisation_id = run.organisation_id
        WHERE r.persona_id IN (SELECT id FROM subjects)
    ) AS f
) AS d
GROUP BY d.id
ORDER BY d.id
