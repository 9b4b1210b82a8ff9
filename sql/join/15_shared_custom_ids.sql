-- The custom_ids that more than one line names.
SELECT line, custom_id, -dense_rank() OVER (ORDER BY custom_id) AS key
FROM (
    SELECT l.line, l.custom_id, min(l.line) OVER one <> max(l.line) OVER one AS shared
    FROM perhaps_shared AS n
    JOIN staged_lines AS l ON l.line = n.line
    WHERE n.place IS NULL
    WINDOW one AS (PARTITION BY l.custom_id)
) AS line
WHERE shared
