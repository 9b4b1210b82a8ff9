-- They are still of it.
SELECT id, type FROM groups_of_it
