-- The components that have a customId so.
SELECT component, custom_id, person_id FROM holders WHERE NOT ambiguous
