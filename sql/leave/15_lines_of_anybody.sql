-- Rejected lines that may be anybody's: while there is one, nobody leaves. Those are lines that do not fit the header, lines
-- whose custom_id bears a sign (nobody has it, and it is nearly somebody's, is one), and lines without a readable one that
-- name nobody who is there. A line with a whole custom_id that is nobody's is a newcomer's.
SELECT r.line, l.file, l.line_number
FROM rejects AS r
JOIN staged_lines AS l USING (line)
LEFT JOIN (
    SELECT DISTINCT c.line
    FROM rejects AS r
    JOIN staged_claims AS c USING (line)
    JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = c.ifi AND p.person_id IS NOT NULL
) AS known ON known.line = r.line
WHERE :snapshot
  AND (EXISTS (SELECT FROM problems AS p WHERE p.line = r.line AND p.code = 'ragged_line')
       OR EXISTS (SELECT FROM lines_with_damaged_ids AS s WHERE s.line = r.line)
       OR CASE
            WHEN EXISTS (
                SELECT FROM people AS p
                WHERE p.organisation_id = :organisation AND p.custom_id IN (l.custom_id, l.previous_custom_id)) THEN false
            WHEN EXISTS (
                SELECT FROM people AS p
                WHERE p.organisation_id = :organisation AND p.custom_id IS NULL
                  AND p.former_custom_id IN (l.custom_id, l.previous_custom_id)) THEN false
            WHEN l.custom_id IS NULL THEN known.line IS NULL
            ELSE EXISTS (
                SELECT FROM people AS p
                WHERE p.organisation_id = :organisation AND p.near_custom_id = l.near_custom_id)
          END)
