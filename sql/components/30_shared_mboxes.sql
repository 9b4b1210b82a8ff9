-- E-mails on the lines of three or more people, on each such line.
SELECT s.line, s.place, c.ifi AS value
FROM (
    SELECT x.key
    FROM shared_claims AS x
    JOIN staged_lines AS l USING (line)
    GROUP BY x.key
    HAVING count(DISTINCT l.custom_id) + count(DISTINCT l.line) FILTER (WHERE l.custom_id IS NULL) > 2
) AS many
JOIN shared_claims AS s USING (key)
JOIN staged_claims AS c ON c.line = s.line AND c.place = s.place AND c.kind = 'mbox'
