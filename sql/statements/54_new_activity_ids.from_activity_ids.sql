-- An id for each new activity.
SELECT count(*) FROM new_objects
