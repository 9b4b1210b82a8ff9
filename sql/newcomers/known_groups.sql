-- The groups that lines name, as far as they are there after `apply`.
SELECT custom_id, id FROM known_groups
