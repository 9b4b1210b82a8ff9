-- The personas that a person has now.
SELECT CAST(p.kind AS text) AS kind, p.ifi, p.pinned
FROM personas AS p
WHERE p.organisation_id = :organisation AND p.person_id = :person
ORDER BY p.id
