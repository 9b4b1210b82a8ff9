-- A mapping that is kept.
SELECT name, text, put_at, put_by FROM mappings WHERE organisation_id = :organisation AND name = :name
