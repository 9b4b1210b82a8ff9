-- The people whose interactions change: who gain or lose a persona that has an interaction.
SELECT DISTINCT a.person_id
FROM (
    SELECT persona_id, from_id, to_id FROM moves
    UNION ALL
    SELECT persona_id, from_id, to_id FROM dropped WHERE to_id IS NOT NULL
) AS m
CROSS JOIN LATERAL (VALUES (m.from_id), (m.to_id)) AS a (person_id)
WHERE EXISTS (
    SELECT FROM interactions AS i WHERE i.organisation_id = :organisation AND i.persona_id = m.persona_id)
