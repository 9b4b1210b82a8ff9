-- Those of people, per activity.
SELECT FROM person_activity_records AS t
WHERE t.organisation_id = :organisation
