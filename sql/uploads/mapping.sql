-- A mapping that is kept.
SELECT name, text, changed_at, changed_by FROM mappings WHERE organisation_id = :organisation AND name = :name
