-- A custom_id that somebody gets is let go of before by who has it: no two may have one at any moment.
SELECT p.id, CAST(NULL AS text) AS custom_id
FROM clear_people AS u
JOIN people AS p ON p.organisation_id = :organisation AND p.id = u.person_id
WHERE (u.how = 'delete' OR p.custom_id IS DISTINCT FROM u.custom_id)
  AND EXISTS (SELECT FROM clear_people AS x WHERE x.how <> 'delete' AND x.custom_id = p.custom_id)
