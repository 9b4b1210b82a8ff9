-- The group_records that differ from what they are made of: those that are stored, and those that should be.
WITH stored AS (
    SELECT r.* FROM group_records AS r WHERE r.organisation_id = :organisation AND r.group_id IN (SELECT id FROM subject_groups)
), fresh AS (
    SELECT CAST(:organisation AS integer) AS organisation_id, f.* FROM fresh_group_records AS f
)
SELECT s.group_id AS id, 'stored ' || CAST(s AS text) AS what
FROM (SELECT * FROM stored EXCEPT ALL SELECT * FROM fresh) AS s
UNION ALL
SELECT f.group_id, 'is ' || CAST(f AS text)
FROM (SELECT * FROM fresh EXCEPT ALL SELECT * FROM stored) AS f
