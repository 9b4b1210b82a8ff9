-- Where an open spell begins earlier by that, or later, and where what is nobody's is so from a later end on, or from now on.
SELECT p.id AS persona_id, p.person_id, j.begins_at
FROM ended_spells_joined AS j
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = j.persona_id AND p.person_id = j.person_id
WHERE j.ends_at = 'infinity' AND j.begins_at <> p.begins_at
UNION ALL
SELECT p.id, p.person_id, max(e.ends_at)
FROM ended_spells AS e
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = e.persona_id AND p.person_id IS NULL
WHERE e.ends_at > p.begins_at
GROUP BY p.id, p.person_id
UNION ALL
SELECT persona_id, NULL, begins_at FROM ended_spells_let_go
