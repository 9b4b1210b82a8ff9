-- Attributes of one `key`: by whose they are, rising or falling.
SELECT
    f.id, f.value,
    to_char(f.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created,
    to_char(f.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS updated
FROM found_attributes AS f
ORDER BY
    CASE WHEN NOT CAST(:ids_fall AS boolean) THEN f.id END,
    CASE WHEN CAST(:ids_fall AS boolean) THEN f.id END DESC
LIMIT :limit
