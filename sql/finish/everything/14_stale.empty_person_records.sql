-- All person_records go.
SELECT FROM person_records AS t
WHERE t.organisation_id = :organisation
