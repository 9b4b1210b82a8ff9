-- Claims that say again what an earlier line of their component claims, and are left out: a persona is claimed once, by the
-- first.
SELECT line, place, ifi
FROM (
    SELECT s.line, s.place, s.ifi, row_number() OVER (PARTITION BY s.ifi ORDER BY s.line, s.place) AS nth
    FROM shared_claims AS s
    WHERE NOT EXISTS (SELECT FROM rejected_after_contests AS r WHERE r.line = s.line)
      AND NOT EXISTS (SELECT FROM lost_claims AS p WHERE p.line = s.line AND p.place = s.place)
) AS claim
WHERE nth > 1
