-- What people have that Learning Locker would have as an attribute, of one `key`, as far as a filter finds it.
SELECT
    p.id,
    CASE :key WHEN 'customId' THEN p.custom_id COLLATE "default" WHEN 'imageUrl' THEN p.image_url END AS value,
    p.created_at, greatest(p.created_at, i.ended_at, i.started_at) AS updated_at
FROM people AS p
LEFT JOIN imports AS i ON i.organisation_id = :organisation AND i.id = p.changed_by
WHERE p.organisation_id = :organisation
  AND p.id >= CAST(:least AS bigint)
  AND p.id <= CAST(:most AS bigint)
  AND CASE :key WHEN 'customId' THEN p.custom_id IS NOT NULL WHEN 'imageUrl' THEN p.image_url IS NOT NULL END
  AND (CAST(:ids AS bigint[]) IS NULL OR p.id = ANY (CAST(:ids AS bigint[])))
  AND (CAST(:values AS text[]) IS NULL OR CASE :key
       WHEN 'customId' THEN p.custom_id = ANY (CAST(:values AS text[]))
       WHEN 'imageUrl' THEN p.image_url = ANY (CAST(:values AS text[])) END)
