-- The lines of the other system, but for those that cannot be read, with whom they are of: by the first line of theirs.
SELECT l.line, coalesce(c.component, l.line) AS key, l.custom_id, l.name, l.image_url
FROM staged_lines AS l
LEFT JOIN line_components AS c ON c.line = l.line
WHERE NOT l.bad
