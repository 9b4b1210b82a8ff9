-- The components that have a custom_id so.
SELECT component, custom_id, person_id FROM holders WHERE NOT ambiguous
