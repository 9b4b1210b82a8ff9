-- Which other ids, that are no such words, a line has beside a word for nothing: a custom_id or an identifier.
SELECT w.is_persona, w.id, w.line, l.custom_id, NULL AS ifi
FROM words_for_nothing AS w
JOIN staged_lines AS l USING (line)
WHERE w.is_persona AND NOT EXISTS (SELECT FROM words_for_nothing AS v WHERE v.line = w.line AND v.place IS NULL)
  AND l.custom_id IS NOT NULL
UNION ALL
SELECT w.is_persona, w.id, w.line, NULL, c.ifi
FROM words_for_nothing AS w
JOIN staged_claims AS c USING (line)
WHERE NOT EXISTS (SELECT FROM words_for_nothing AS v WHERE v.line = c.line AND v.place = c.place)
