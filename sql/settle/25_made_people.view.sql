-- The people whom this import has made.
SELECT person_id FROM given WHERE how = 'new'
UNION ALL
SELECT to_id FROM dropped WHERE to_id IS NOT NULL
