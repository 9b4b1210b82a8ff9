-- How many groups a list has.
SELECT count(*) AS groups
FROM groups AS g
WHERE g.organisation_id = :organisation
  AND (CAST(:custom_id AS text) IS NULL OR g.custom_id = CAST(:custom_id AS text))
  AND (CAST(:type AS text) IS NULL OR g.type = CAST(:type AS text))
  AND (CAST(:no_name AS boolean) IS NULL OR (g.name IS NULL) = CAST(:no_name AS boolean))
  AND (CAST(:no_type AS boolean) IS NULL OR (g.type IS NULL) = CAST(:no_type AS boolean))
