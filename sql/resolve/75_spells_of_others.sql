-- Ended spells that come to nothing: somebody else has, or is to have, the persona in a part of that time (what other lines
-- say of one time, nobody can tell); or the end is still to come. Who has no custom_id, and had none, gives that time up, unless
-- it is pinned, or lines are imported for them too.
SELECT e.line, e.place, e.ifi, 'had_by_another' AS why
FROM said_spells AS e
JOIN spells AS s ON s.organisation_id = :organisation AND s.persona_id = e.persona_id
LEFT JOIN claims_on_known AS c
    ON c.component = e.component AND c.persona_id = e.persona_id AND s.ends_at = 'infinity'
WHERE s.person_id IS DISTINCT FROM e.person_id AND s.begins_at < e.ends_at
  AND e.begins_at < CASE WHEN c.component IS NULL THEN s.ends_at WHEN c.splits THEN c.begins_at ELSE '-infinity' END
  AND NOT EXISTS (
    SELECT
    FROM people AS h
    JOIN personas AS p ON p.organisation_id = :organisation AND p.id = e.persona_id AND NOT p.pinned
    WHERE h.organisation_id = :organisation AND h.id = s.person_id
      AND h.custom_id IS NULL AND h.former_custom_id IS NULL
      AND NOT EXISTS (SELECT FROM adoptions AS d WHERE d.holder_id = h.id)
      AND NOT EXISTS (SELECT FROM components AS k WHERE k.person_id = h.id))
UNION
SELECT e.line, e.place, e.ifi, 'had_by_another'
FROM said_spells AS e
JOIN claims AS c ON c.ifi = e.ifi AND c.component <> e.component
JOIN components AS k ON k.component = c.component
LEFT JOIN told_by_holders AS o ON o.component = c.component
LEFT JOIN adoptions AS d ON d.component = c.component AND (NOT d.adopts OR d.nth = 1)
LEFT JOIN moments AS m ON m.line = c.line AND m.place = c.place
WHERE coalesce(greatest(c.begins_at, m.at), '-infinity') < e.ends_at
  AND (coalesce(k.person_id, o.person_id, d.holder_id) = e.person_id) IS NOT TRUE
  AND NOT EXISTS (SELECT FROM withdrawn_claims AS w WHERE w.line = c.line AND w.place = c.place)
UNION
SELECT e.line, e.place, e.ifi, 'had_by_another'
FROM said_spells AS e
JOIN said_spells AS o ON o.ifi = e.ifi AND o.component <> e.component
WHERE o.begins_at < e.ends_at AND e.begins_at < o.ends_at AND (o.person_id = e.person_id) IS NOT TRUE
UNION
SELECT line, place, ifi, 'since_future' FROM said_spells WHERE ends_at > :moment
