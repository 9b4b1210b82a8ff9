-- The components that have a custom_id so (null: it is a former one).
SELECT component, custom_id, person_id FROM holders WHERE NOT ambiguous
