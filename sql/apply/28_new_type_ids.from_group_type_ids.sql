-- An id for each new type.
SELECT count(*) FROM new_types
