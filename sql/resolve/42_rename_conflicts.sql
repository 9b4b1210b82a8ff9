-- What contradicts itself, or what is there: whose lines are rejected, for which value, and why.
WITH RECURSIVE conflicts AS (
    -- Old and still in use: a line has it for its customId, and nobody is renamed to it.
    SELECT
        both_lines.custom_id, r.old AS value,
        format('%s would become %s, and is the custom_id of another line', r.old, r.new) COLLATE "C" AS detail
    FROM renames AS r
    CROSS JOIN LATERAL (VALUES (r.new), (r.old)) AS both_lines (custom_id)
    WHERE EXISTS (
        SELECT FROM staged_lines AS l
        WHERE l.custom_id = r.old AND NOT EXISTS (SELECT FROM rejected_as_contested AS x WHERE x.line = l.line))
      AND CASE WHEN r.person_id IS NULL THEN r.holder_id IS NULL
               ELSE NOT EXISTS (SELECT FROM renames AS o WHERE o.new = r.old AND o.person_id IS NOT NULL) END
    UNION ALL
    SELECT new, min(old), format('%s and %s would both become %s', min(old), max(old), new)
    FROM renames
    WHERE person_id IS NOT NULL
    GROUP BY new
    HAVING count(*) > 1
    UNION ALL
    SELECT r.new, r.old, format('%s would become %s and %s', r.old, many.first, many.last)
    FROM (SELECT old, min(new) AS first, max(new) AS last FROM renames WHERE person_id IS NOT NULL
          GROUP BY old HAVING count(*) > 1) AS many
    JOIN renames AS r USING (old)
    UNION ALL
    SELECT r.new, r.old, concat_ws(' ', r.new, 'belongs to', coalesce(left(r.holder_name, 80), 'somebody'), 'already')
    FROM renames AS r
    WHERE r.person_id IS NOT NULL AND r.holder_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM renames AS o WHERE o.person_id = r.holder_id)
),
-- And so on: who is not renamed keeps the old customId, so nobody else can have it; and what a rejected line names as a
-- previous customId, and nobody has, nobody gets, for the same line would be a rename the next time.
held_up (custom_id, value, detail) AS (
    SELECT custom_id, value, detail FROM conflicts
    UNION
    SELECT c.custom_id, c.value, c.detail
    FROM held_up AS h
    CROSS JOIN LATERAL (
        SELECT r.new, r.old, format('%s is not free, for it cannot become %s itself', r.new, o.new) COLLATE "C"
        FROM renames AS o
        JOIN renames AS r ON r.holder_id = o.person_id AND r.person_id IS NOT NULL
        WHERE o.new = h.custom_id
        UNION ALL
        SELECT r.old, r.old, format('%s is the previous custom_id of a line that is rejected', r.old)
        FROM renames AS r
        WHERE r.new = h.custom_id AND r.person_id IS NULL
    ) AS c (custom_id, value, detail)
)
SELECT custom_id, value, detail FROM held_up
