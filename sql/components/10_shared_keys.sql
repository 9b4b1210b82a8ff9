-- The keys that more than one line names: a hash nominated them, here the text decides.
ANALYZE nominated;

CREATE TEMP TABLE shared_claims ON COMMIT DROP AS
SELECT line, place, ifi, dense_rank() OVER (ORDER BY ifi) AS key
FROM (
    SELECT c.line, c.place, c.ifi, min(c.line) OVER one <> max(c.line) OVER one AS shared
    FROM nominated AS n
    JOIN staged_claims AS c ON c.line = n.line AND c.place = n.place
    WINDOW one AS (PARTITION BY c.ifi)
) AS claim
WHERE shared;

CREATE TEMP TABLE shared_custom_ids ON COMMIT DROP AS
SELECT line, custom_id, -dense_rank() OVER (ORDER BY custom_id) AS key
FROM (
    SELECT l.line, l.custom_id, min(l.line) OVER one <> max(l.line) OVER one AS shared
    FROM nominated AS n
    JOIN staged_lines AS l ON l.line = n.line
    WHERE n.place IS NULL
    WINDOW one AS (PARTITION BY l.custom_id)
) AS line
WHERE shared;

CREATE TEMP TABLE edges ON COMMIT DROP AS
SELECT line, key FROM shared_claims
UNION ALL
SELECT line, key FROM shared_custom_ids;
