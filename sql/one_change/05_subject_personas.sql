-- Of one change: the personas whose records are cut at once.
SELECT persona_id AS id FROM cut_personas WHERE :at_once
UNION
SELECT persona_id FROM personas_joined WHERE :at_once
