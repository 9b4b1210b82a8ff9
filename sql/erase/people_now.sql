-- Who has a custom_id, or else an id or an identifier.
SELECT p.id
FROM people AS p
WHERE p.organisation_id = CAST(:organisation AS integer) AND p.custom_id = CAST(:custom_id AS text)
UNION
SELECT p.id
FROM people AS p
WHERE p.organisation_id = CAST(:organisation AS integer) AND p.id = CAST(:id AS bigint)
UNION
SELECT q.person_id
FROM personas AS q
WHERE q.organisation_id = CAST(:organisation AS integer) AND q.ifi = CAST(:ifi AS text) AND q.person_id IS NOT NULL
ORDER BY 1
