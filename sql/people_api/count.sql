-- How many people a list has.
SELECT count(*) AS people
FROM people AS p
WHERE p.organisation_id = :organisation
  AND (CAST(:custom_id AS text) IS NULL OR p.custom_id = CAST(:custom_id AS text))
  AND (CAST(:no_custom_id AS boolean) IS NULL OR (p.custom_id IS NULL) = CAST(:no_custom_id AS boolean))
  AND (CAST(:no_name AS boolean) IS NULL OR (p.name IS NULL) = CAST(:no_name AS boolean))
  AND (CAST(:no_image_url AS boolean) IS NULL OR (p.image_url IS NULL) = CAST(:no_image_url AS boolean))
