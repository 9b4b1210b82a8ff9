-- Since when a claimed persona would be the component's, where that is not all along: the latest of what is said of it
-- (identifier_since) and of the person (since, as far as it counts: not against somebody of whom a line speaks, nor for a time
-- before a former person had left; but who is still to come takes nothing at all). Of a takeover that splits, and of which
-- neither is said, since this import. Of what its person has already (whom a component without a custom_id is found by, too)
-- nothing is asked.
WITH repeated AS (
    SELECT r.ifi, max(s.since) AS since
    FROM repetitions AS r
    JOIN staged_claims AS s ON s.line = r.line AND s.place = r.place
    WHERE s.since IS NOT NULL
    GROUP BY r.ifi
), found AS (
    SELECT DISTINCT ON (c.component) c.component, c.holder_id
    FROM claims AS c
    JOIN components AS k USING (component)
    WHERE EXISTS (SELECT FROM staged_claims AS s WHERE s.since IS NOT NULL)
      AND k.stated IS NULL AND k.person_id IS NULL AND c.holder_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM told_by_holders AS o WHERE o.component = c.component)
      AND NOT EXISTS (SELECT FROM pinned_claims AS p WHERE p.line = c.line AND p.place = c.place)
    ORDER BY c.component, c.line, c.place
)
SELECT
    c.line, c.place, c.persona_id,
    coalesce(greatest(c.since, r.since, CASE
        WHEN a.since > :moment THEN a.since
        WHEN t.named THEN NULL
        WHEN t.lost_at > a.since THEN least(t.lost_at, :moment)
        ELSE a.since
    END), :moment) AS at
FROM claims AS c
LEFT JOIN repeated AS r ON r.ifi = c.ifi
LEFT JOIN claims_on_others AS t ON t.line = c.line AND t.place = c.place
LEFT JOIN counted_since AS a ON a.component = c.component
LEFT JOIN told_by_holders AS o ON o.component = c.component AND o.person_id = c.holder_id
LEFT JOIN found AS f ON f.component = c.component AND f.holder_id = c.holder_id
WHERE (c.since IS NOT NULL OR r.since IS NOT NULL OR a.since IS NOT NULL AND (t.named IS NOT TRUE OR a.since > :moment)
       OR t.splits)
  AND t.stays IS NOT TRUE
  AND o.component IS NULL AND f.component IS NULL
  AND NOT EXISTS (SELECT FROM pinned_claims AS p WHERE p.line = c.line AND p.place = c.place)
