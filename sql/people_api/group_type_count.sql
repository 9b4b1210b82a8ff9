-- How many types of groups a list has.
SELECT count(*) AS types
FROM group_types AS t
WHERE t.organisation_id = :organisation
  AND (CAST(:name AS text) IS NULL OR t.name = CAST(:name AS text) COLLATE "C")
