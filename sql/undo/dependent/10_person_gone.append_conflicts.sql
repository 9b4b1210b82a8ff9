-- A persona goes back only to somebody who is there, or comes back. (Whatever would be without what it leans on stays as it
-- is; so here and in the next steps, until they find no more.)
SELECT 'persona' AS what, u.persona_id AS id, 'person_gone' AS why
FROM clear_personas AS u
WHERE u.how IN ('move', 'insert') AND u.to_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = :organisation AND p.id = u.to_id)
  AND NOT EXISTS (SELECT FROM clear_people AS x WHERE x.person_id = u.to_id AND x.how = 'insert')
