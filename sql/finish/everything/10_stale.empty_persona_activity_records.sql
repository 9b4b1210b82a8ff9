-- The old ones go, per activity and month.
SELECT FROM persona_activity_records AS t
WHERE t.organisation_id = :organisation
