-- Forget a mapping.
DELETE FROM mappings WHERE organisation_id = :organisation AND name = :name
