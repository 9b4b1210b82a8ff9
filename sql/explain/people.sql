-- People as they are now; those who are gone, as they were last.
SELECT DISTINCT ON (s.id) s.id AS person_id, s.custom_id, s.former_custom_id, s.name, s.image_url, s.replaced_by IS NOT NULL AS gone
FROM person_states AS s
WHERE s.organisation_id = CAST(:organisation AS integer) AND s.id = ANY (CAST(:people AS bigint[]))
ORDER BY s.id, s.replaced_by DESC NULLS FIRST
