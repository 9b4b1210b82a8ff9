-- What those who give a time up have no longer, and nobody has from then on.
SELECT g.persona_id, g.given_up_until AS begins_at
FROM ended_spells_given_up AS g
WHERE g.ends_at = 'infinity'
  AND NOT EXISTS (
    SELECT FROM ended_spells_joined AS j
    WHERE j.persona_id = g.persona_id AND j.person_id = g.person_id AND j.ends_at = 'infinity')
