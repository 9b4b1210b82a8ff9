-- The sources that there are.
SELECT name FROM sources WHERE organisation_id = :organisation ORDER BY name
