-- How many people have something that Learning Locker would have as an attribute, of one `key`.
SELECT count(*) AS found
FROM people AS p
WHERE p.organisation_id = :organisation
  AND p.id >= CAST(:least AS bigint)
  AND p.id <= CAST(:most AS bigint)
  AND CASE :key WHEN 'customId' THEN p.custom_id IS NOT NULL WHEN 'imageUrl' THEN p.image_url IS NOT NULL END
  AND (CAST(:ids AS bigint[]) IS NULL OR p.id = ANY (CAST(:ids AS bigint[])))
  AND (CAST(:values AS text[]) IS NULL OR CASE :key
       WHEN 'customId' THEN p.custom_id = ANY (CAST(:values AS text[]))
       WHEN 'imageUrl' THEN p.image_url = ANY (CAST(:values AS text[])) END)
