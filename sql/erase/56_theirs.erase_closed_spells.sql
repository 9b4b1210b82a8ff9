-- The times in which they had what stays go, and those of their personas.
SELECT persona_id, begins_at FROM their_spells WHERE ends_at < 'infinity'
UNION ALL
SELECT c.persona_id, c.begins_at
FROM their_personas AS t
JOIN closed_spells AS c ON c.organisation_id = :organisation AND c.persona_id = t.persona_id
