-- Rejected lines of which nobody can tell whom they name: while there is one, it may be anybody, and nobody leaves.
SELECT r.line
FROM rejects AS r
JOIN staged_lines AS l USING (line)
WHERE :snapshot
  AND NOT EXISTS (
    SELECT FROM people AS p
    WHERE p.organisation_id = :organisation AND p.custom_id IN (l.custom_id, l.previous_custom_id))
  AND NOT EXISTS (
    SELECT FROM staged_claims AS c
    JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = c.ifi
    WHERE c.line = l.line)
