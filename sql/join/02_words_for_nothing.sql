-- Ids that are words for nothing (NULL, none), on each line that has one: custom_ids (place null) and accounts.
SELECT m.line, m.place, m.place IS NOT NULL AS is_persona, coalesce(c.ifi, l.custom_id) AS id
FROM staged_words AS m
JOIN staged_lines AS l USING (line)
LEFT JOIN staged_claims AS c ON c.line = m.line AND c.place = m.place
WHERE m.place IS NULL OR c.line IS NOT NULL
