-- The people whom this undo has made.
SELECT person_id FROM clear_people WHERE how = 'insert'
UNION ALL
SELECT to_id FROM dropped
