-- Personas whose records are cut anew: they begin at a moment after which they have an interaction.
SELECT m.persona_id
FROM (
    SELECT persona_id, begins_at FROM moves WHERE splits OR begins_at > began_at
    UNION ALL
    SELECT persona_id, begins_at FROM dropped WHERE splits
) AS m
WHERE EXISTS (
    SELECT FROM interactions AS i
    WHERE i.organisation_id = :organisation AND i.persona_id = m.persona_id AND i.at >= m.begins_at)
