-- And in all.
SELECT FROM person_records AS t
WHERE t.organisation_id = :organisation
