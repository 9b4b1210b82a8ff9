-- Somebody comes back only with a persona.
SELECT 'person' AS what, x.person_id AS id, 'persona_gone' AS why
FROM clear_people AS x
WHERE x.how = 'insert'
  AND NOT EXISTS (SELECT FROM clear_personas AS u WHERE u.to_id = x.person_id AND u.how IN ('move', 'insert'))
  AND NOT EXISTS (SELECT FROM clear_spells AS u WHERE u.person_id = x.person_id AND u.how <> 'delete')
