-- The groups that are there.
SELECT custom_id FROM groups WHERE organisation_id = :organisation
