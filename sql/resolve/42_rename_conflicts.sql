-- Renames that contradict each other, or what is there: whose lines are rejected, for which value, and why.
WITH RECURSIVE conflicts AS (
    -- Old and still in use: a line has it for its custom_id, and nobody is renamed to it.
    SELECT
        both_lines.custom_id, r.old AS value,
        format('%s would become %s, and is the custom_id of another line', r.old, r.new) COLLATE "C" AS detail
    FROM renames AS r
    LEFT JOIN (SELECT DISTINCT new FROM renames WHERE person_id IS NOT NULL) AS taken_up ON taken_up.new = r.old
    CROSS JOIN LATERAL (VALUES (r.new), (r.old)) AS both_lines (custom_id)
    WHERE EXISTS (
        SELECT FROM staged_lines AS l
        WHERE l.custom_id = r.old AND NOT EXISTS (SELECT FROM rejected_after_contests AS x WHERE x.line = l.line))
      AND CASE WHEN r.person_id IS NULL THEN r.holder_id IS NULL ELSE taken_up.new IS NULL END
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
    WHERE r.person_id IS NOT NULL
    UNION ALL
    SELECT r.new, r.old, concat_ws(' ', r.new, 'belongs to', coalesce(left(r.holder_name, 80), 'somebody'), 'already')
    FROM renames AS r
    WHERE r.person_id IS NOT NULL AND r.holder_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM renames AS o WHERE o.person_id = r.holder_id)
    UNION ALL
    -- What a line that was not understood names stays what it is. (Not one that a rename itself has rejected: one bad cell
    -- would fell a chain.)
    SELECT r.new, r.old, format('%s would become %s, and is named by a line that is rejected', r.old, r.new)
    FROM renames AS r
    WHERE r.person_id IS NOT NULL
      AND (r.old IN (SELECT l.custom_id FROM rejected_after_contests AS x JOIN staged_lines AS l USING (line))
           OR r.old IN (SELECT l.previous_custom_id FROM rejected_after_contests AS x JOIN staged_lines AS l USING (line)))
),
held_up (custom_id, value, detail) AS (
    SELECT custom_id, value, detail FROM conflicts
    UNION
    SELECT k.custom_id, k.value, k.detail
    FROM held_up AS h
    JOIN rename_links AS k ON k.of = h.custom_id
)
SELECT custom_id, value, detail FROM held_up
