-- A custom_id that nobody has, without a persona, waits for one.
SELECT s.line, s.component
FROM stranded_lines AS s
WHERE NOT EXISTS (SELECT FROM left_with_nothing AS r WHERE r.line = s.line)
