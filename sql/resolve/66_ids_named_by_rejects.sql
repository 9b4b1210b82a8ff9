-- The custom_ids that rejected lines name, previous ones too: nothing is taken from somebody whose line was not understood.
SELECT n.custom_id
FROM (SELECT line FROM rejected_after_ids UNION ALL SELECT line FROM ambiguous_lines) AS r
JOIN staged_lines AS l USING (line)
CROSS JOIN LATERAL (VALUES (l.custom_id), (l.previous_custom_id)) AS n (custom_id)
WHERE n.custom_id IS NOT NULL
