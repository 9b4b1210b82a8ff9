-- Personas whose records are cut anew: spells have become one, and something was said in them.
SELECT m.persona_id
FROM (
    SELECT persona_id FROM ended_spells_to_openings
    UNION
    SELECT persona_id FROM ended_spells_other WHERE how <> 'insert'
) AS m
WHERE EXISTS (SELECT FROM interactions AS i WHERE i.organisation_id = :organisation AND i.persona_id = m.persona_id)
