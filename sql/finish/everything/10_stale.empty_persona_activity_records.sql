-- All persona_activity_records go.
SELECT FROM persona_activity_records AS t
WHERE t.organisation_id = :organisation
