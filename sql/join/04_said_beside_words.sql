-- What a line with a word for nothing as an id says besides: a name, and other ids that are no such words.
SELECT w.is_persona, w.id, w.line, 'name ' || lower(l.name) AS token
FROM words_for_nothing AS w
JOIN staged_lines AS l USING (line)
WHERE l.name <> ''
UNION ALL
SELECT w.is_persona, w.id, w.line, 'custom_id ' || l.custom_id
FROM words_for_nothing AS w
JOIN staged_lines AS l USING (line)
WHERE w.is_persona AND NOT EXISTS (SELECT FROM words_for_nothing AS v WHERE v.line = w.line AND v.place IS NULL)
  AND l.custom_id IS NOT NULL
UNION ALL
SELECT w.is_persona, w.id, w.line, 'persona ' || c.ifi
FROM words_for_nothing AS w
JOIN staged_claims AS c USING (line)
WHERE NOT EXISTS (SELECT FROM words_for_nothing AS v WHERE v.line = c.line AND v.place = c.place)
