-- Whom a report of groups is about: everybody in them.
CREATE TEMP TABLE scope ON COMMIT DROP AS
SELECT DISTINCT person_id FROM members WHERE CAST(:scoped AS boolean)
