-- A persona that several lines of one component claim is claimed once, by the first of them.
SELECT line, place, ifi
FROM (
    SELECT s.line, s.place, s.ifi, row_number() OVER (PARTITION BY s.ifi ORDER BY s.line, s.place) AS nth
    FROM shared_claims AS s
    WHERE NOT EXISTS (SELECT FROM rejected_as_contested AS r WHERE r.line = s.line)
      AND NOT EXISTS (SELECT FROM lost_claims AS p WHERE p.line = s.line AND p.place = s.place)
) AS claim
WHERE nth > 1
