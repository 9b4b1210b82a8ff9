-- The type that is to be called otherwise.
SELECT t.id, t.name AS old_name, CAST(:name AS text) COLLATE "C" AS name
FROM group_types AS t
WHERE t.organisation_id = :organisation AND t.id = CAST(:type AS bigint) AND t.name <> CAST(:name AS text)
