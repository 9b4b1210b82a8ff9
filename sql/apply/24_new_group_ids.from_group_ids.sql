-- An id for each new group.
SELECT count(*) FROM new_groups
