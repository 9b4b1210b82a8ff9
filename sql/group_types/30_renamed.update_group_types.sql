-- It is called so.
SELECT id, name FROM renamed_types
