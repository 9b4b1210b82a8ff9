-- Nor that of new personas each is the one of its agent.
SELECT :new_persona_ids + nth AS persona_id, ifi FROM newcomers
EXCEPT
SELECT id, ifi
FROM personas
WHERE organisation_id = :organisation
  AND id > :new_persona_ids AND id <= :new_persona_ids + (SELECT count(*) FROM newcomers)
