-- The identifiers that more than one line names: a hash nominated them, here the text decides.
SELECT line, place, ifi, dense_rank() OVER (ORDER BY ifi) AS key
FROM (
    SELECT c.line, c.place, c.ifi, min(c.line) OVER one <> max(c.line) OVER one AS shared
    FROM perhaps_shared AS n
    JOIN staged_claims AS c ON c.line = n.line AND c.place = n.place
    WINDOW one AS (PARTITION BY c.ifi)
) AS claim
WHERE shared
