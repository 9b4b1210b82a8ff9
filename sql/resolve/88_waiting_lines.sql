-- The other stranded lines: a custom_id that nobody has, without a persona, waits for one; and who has left, and is not
-- there again before a moment that is to come, for that.
SELECT s.line, s.component
FROM stranded_lines AS s
WHERE NOT EXISTS (SELECT FROM left_with_nothing AS r WHERE r.line = s.line)
