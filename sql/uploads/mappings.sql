-- The mappings that are kept, by name.
SELECT name, octet_length(text) AS size, put_at, put_by FROM mappings WHERE organisation_id = :organisation ORDER BY name
