-- The lines that say nothing new.
SELECT u.line, u.custom_id, u.previous_custom_id
FROM unchanged_lines AS u
WHERE NOT EXISTS (SELECT FROM reconsidered_lines AS r WHERE r.line = u.line)
