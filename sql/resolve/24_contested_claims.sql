-- What the lines of contested components claim together; a key's rivals are the lines that claim it. `agreed`: all of them
-- name one and the same custom_id.
SELECT
    s.line, s.place, s.ifi, k.component, k.custom_id,
    count(*) OVER one AS rivals,
    max(s.line) OVER one AS last_line,
    count(k.custom_id) OVER one = count(*) OVER one
        AND min(k.custom_id) OVER one = max(k.custom_id) OVER one AS agreed
FROM contested_components AS c
JOIN linked_lines AS k USING (component)
JOIN shared_claims AS s USING (line)
WINDOW one AS (PARTITION BY s.ifi)
