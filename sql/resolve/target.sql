-- Whom the one change is about.
SELECT person_id, how FROM targets
