-- All person_activity_records go.
SELECT FROM person_activity_records AS t
WHERE t.organisation_id = :organisation
