-- Those of some identifiers that somebody has.
SELECT p.ifi
FROM personas AS p
WHERE p.organisation_id = :organisation AND p.ifi = ANY (CAST(:ifis AS text[])) AND p.person_id IS NOT NULL
