-- The records that differ from what they are made of, each with how it is stored and how it should be; and spells that cannot be.
SELECT d.record, d.id, string_agg(d.what, ', ') AS what
FROM (
    SELECT 0 AS level, 'spells' AS record, id, what FROM spell_differences
    UNION ALL
    SELECT 1, 'persona_activity_records', id, what FROM persona_activity_differences
    UNION ALL
    SELECT 2, 'person_activity_records', id, what FROM person_activity_differences
    UNION ALL
    SELECT 2, 'person_records', id, what FROM person_differences
    UNION ALL
    SELECT 3, 'group_records', id, what FROM group_differences
) AS d
GROUP BY d.level, d.record, d.id
ORDER BY d.level, d.record, d.id
