-- People who have something that Learning Locker would have as an attribute, of one `key`: by id, rising or falling.
SELECT
    p.id,
    CASE :key WHEN 'customId' THEN p.custom_id COLLATE "default" WHEN 'imageUrl' THEN p.image_url END AS value,
    to_char(p.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created,
    to_char(greatest(p.created_at, i.ended_at, i.started_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS updated
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
ORDER BY
    CASE WHEN NOT CAST(:ids_fall AS boolean) THEN p.id END,
    CASE WHEN CAST(:ids_fall AS boolean) THEN p.id END DESC
LIMIT :limit
