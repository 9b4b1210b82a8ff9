-- What the components claim that is not theirs already, and who holds it now, since when.
SELECT
    k.component, c.line, c.place, c.kind, c.ifi, c.near, c.as_written, c.agent_name, c.object_type, c.created, c.said_in, c.since,
    c.persona_id, c.holder_id, c.begins_at, c.pinned
FROM held_claims AS c
LEFT JOIN linked_after_contests AS j ON j.line = c.line
JOIN components AS k ON k.component = coalesce(j.component, c.line)
WHERE (c.persona_id IS NULL OR k.person_id IS NULL OR c.holder_id IS DISTINCT FROM k.person_id)
  AND NOT EXISTS (SELECT FROM lost_claims AS o WHERE o.line = c.line AND o.place = c.place)
  AND NOT EXISTS (SELECT FROM repetitions AS o WHERE o.line = c.line AND o.place = c.place)
