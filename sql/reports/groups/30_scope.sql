-- Whom a report of groups is about: everybody in them.
SELECT DISTINCT person_id FROM members
