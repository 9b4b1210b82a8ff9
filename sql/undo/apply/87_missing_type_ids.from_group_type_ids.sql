-- An id for each.
SELECT count(*) FROM missing_types
