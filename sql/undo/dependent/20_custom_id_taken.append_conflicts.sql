-- A custom_id comes back to somebody only where nobody else has it by then.
SELECT 'person' AS what, x.person_id AS id, 'custom_id_taken' AS why
FROM clear_people AS x
JOIN people AS p ON p.organisation_id = :organisation AND p.custom_id = x.custom_id AND p.id <> x.person_id
WHERE x.how <> 'delete'
  AND NOT EXISTS (SELECT FROM clear_people AS o
                  WHERE o.person_id = p.id AND (o.how = 'delete' OR o.custom_id IS DISTINCT FROM p.custom_id))
