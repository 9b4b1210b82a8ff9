-- Who has these personas at present.
SELECT DISTINCT s.person_id
FROM personas AS s
WHERE s.organisation_id = :organisation AND s.person_id IS NOT NULL AND s.id = ANY (CAST(:ids AS bigint[]))
