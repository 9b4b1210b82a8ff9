-- E-mails on the lines of three or more people, on each such line. Lines without a custom_id are as many people as they
-- differ in name or in what else identifies.
SELECT s.line, s.place, c.ifi AS value
FROM (
    SELECT said.key
    FROM (
        SELECT x.key, l.custom_id, l.name, array_agg(o.ifi ORDER BY o.ifi) AS others
        FROM (
            SELECT x.key
            FROM shared_claims AS x
            JOIN staged_lines AS l USING (line)
            GROUP BY x.key
            HAVING count(DISTINCT l.custom_id) + count(DISTINCT l.line) FILTER (WHERE l.custom_id IS NULL) > 2
        ) AS enough
        JOIN shared_claims AS x USING (key)
        JOIN staged_lines AS l USING (line)
        LEFT JOIN staged_claims AS o ON l.custom_id IS NULL AND o.line = x.line AND o.place <> x.place
        GROUP BY x.key, x.line, l.custom_id, l.name
    ) AS said
    GROUP BY said.key
    HAVING count(DISTINCT said.custom_id)
        + count(DISTINCT (said.name, said.others)) FILTER (WHERE said.custom_id IS NULL) > 2
) AS many
JOIN shared_claims AS s USING (key)
JOIN staged_claims AS c ON c.line = s.line AND c.place = s.place AND c.kind = 'mbox'
