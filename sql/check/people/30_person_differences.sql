-- The person_records that differ from what they are made of: those that are stored, and those that should be.
WITH stored AS (
    SELECT r.* FROM person_records AS r WHERE r.organisation_id = :organisation AND r.person_id IN (SELECT id FROM subject_people)
), fresh AS (
    SELECT CAST(:organisation AS integer) AS organisation_id, f.* FROM fresh_person_records AS f
)
SELECT s.person_id AS id, 'stored ' || CAST(s AS text) AS what
FROM (SELECT * FROM stored EXCEPT ALL SELECT * FROM fresh) AS s
UNION ALL
SELECT f.person_id, 'is ' || CAST(f AS text)
FROM (SELECT * FROM fresh EXCEPT ALL SELECT * FROM stored) AS f
