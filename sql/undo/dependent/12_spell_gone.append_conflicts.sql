-- An ended spell comes back only to somebody who is there, or comes back.
SELECT DISTINCT 'persona' AS what, u.persona_id AS id, 'person_gone' AS why
FROM clear_spells AS u
WHERE u.how <> 'delete'
  AND NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = :organisation AND p.id = u.person_id)
  AND NOT EXISTS (SELECT FROM clear_people AS x WHERE x.person_id = u.person_id AND x.how = 'insert')
