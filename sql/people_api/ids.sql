-- The ids of the people of a list, each in eight bytes, all in a row: to take each by itself costs ten times what it does to find
-- them.
SELECT string_agg(int8send(p.id), '' ORDER BY p.id) AS ids
FROM people AS p
WHERE p.organisation_id = :organisation
  AND (CAST(:custom_id AS text) IS NULL OR p.custom_id = CAST(:custom_id AS text))
  AND (CAST(:no_custom_id AS boolean) IS NULL OR (p.custom_id IS NULL) = CAST(:no_custom_id AS boolean))
  AND (CAST(:no_name AS boolean) IS NULL OR (p.name IS NULL) = CAST(:no_name AS boolean))
  AND (CAST(:no_image_url AS boolean) IS NULL OR (p.image_url IS NULL) = CAST(:no_image_url AS boolean))
