-- New types are made.
SELECT :new_type_ids + nth AS id, name FROM new_types
