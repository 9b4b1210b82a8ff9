-- The first custom_ids that differ from this one only by letter case or zeros in front.
SELECT p.custom_id AS near
FROM people AS p
WHERE p.organisation_id = CAST(:organisation AS integer)
  AND ltrim(lower(p.custom_id), '0') = ltrim(lower(CAST(:custom_id AS text)), '0')
  AND p.custom_id <> :custom_id
ORDER BY p.id
LIMIT 3
