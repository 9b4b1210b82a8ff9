-- Who of some people is in a list.
SELECT p.id
FROM people AS p
WHERE p.organisation_id = :organisation AND p.id = ANY (CAST(:ids AS bigint[]))
  AND (CAST(:custom_id AS text) IS NULL OR p.custom_id = CAST(:custom_id AS text))
  AND (CAST(:no_custom_id AS boolean) IS NULL OR (p.custom_id IS NULL) = CAST(:no_custom_id AS boolean))
  AND (CAST(:no_name AS boolean) IS NULL OR (p.name IS NULL) = CAST(:no_name AS boolean))
  AND (CAST(:no_image_url AS boolean) IS NULL OR (p.image_url IS NULL) = CAST(:no_image_url AS boolean))
