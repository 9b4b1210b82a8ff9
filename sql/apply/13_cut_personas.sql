-- Personas whose records are cut anew: they begin at a moment after which they have an interaction.
SELECT m.persona_id
FROM new_beginnings AS m
WHERE EXISTS (
    SELECT FROM interactions AS i
    WHERE i.organisation_id = :organisation AND i.persona_id = m.persona_id AND i.at >= m.begins_at)
