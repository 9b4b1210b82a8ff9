-- Personas that are nobody's then, nor ever were another's, or statements': they go.
SELECT x.persona_id
FROM concerned_personas AS x
WHERE NOT EXISTS (SELECT FROM spells_after AS a WHERE a.persona_id = x.persona_id)
