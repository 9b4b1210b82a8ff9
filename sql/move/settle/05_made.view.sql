-- The person whom this move has made.
SELECT to_id AS person_id FROM dropped WHERE to_id IS NOT NULL
