-- A persona that several lines of one component claim is claimed once, by the first of them.
INSERT INTO passed_over (line, place, ifi, why)
SELECT line, place, ifi, 'repeated'
FROM (
    SELECT s.line, s.place, s.ifi, row_number() OVER (PARTITION BY s.ifi ORDER BY s.line, s.place) AS nth
    FROM shared_claims AS s
    WHERE NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = s.line)
      AND NOT EXISTS (SELECT FROM passed_over AS p WHERE p.line = s.line AND p.place = s.place)
) AS claim
WHERE nth > 1;
ANALYZE passed_over;
