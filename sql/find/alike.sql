-- Who has, or had last, a custom_id, or one that is nearly it; but for one person. (The first of them.)
SELECT p.id AS person_id, p.custom_id, p.former_custom_id, p.name
FROM people AS p
WHERE p.organisation_id = :organisation AND p.near_custom_id = :near AND p.id <> CAST(:person AS bigint)
ORDER BY p.id
LIMIT 3
