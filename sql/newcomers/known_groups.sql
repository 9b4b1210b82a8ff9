-- The groups that lines name, as far as they are there by now.
SELECT custom_id, id FROM known_groups
