-- They are made.
SELECT :missing_type_ids + nth AS id, name FROM missing_types
