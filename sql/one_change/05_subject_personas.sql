-- Of one change: the personas whose records are cut at once.
SELECT persona_id AS id FROM cut_personas
UNION
SELECT persona_id FROM personas_joined
