-- Which line names which shared key: lines with a key in common belong together.
SELECT c.line, c.key
FROM shared_claims AS c
WHERE NOT EXISTS (SELECT FROM nobodys_words AS b WHERE b.line = c.line AND b.place = c.place)
UNION ALL
SELECT l.line, l.key
FROM shared_custom_ids AS l
WHERE NOT EXISTS (SELECT FROM nobodys_words AS b WHERE b.line = l.line AND b.place IS NULL)
