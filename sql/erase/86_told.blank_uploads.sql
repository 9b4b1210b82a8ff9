-- And what was told of them, with its examples; their ids in what was asked for, and names in those of files. (A name of less than
-- four letters may be part of anything.)
SELECT
    u.id, CAST(NULL AS json) AS summary, CAST(NULL AS text) AS error, u.options - 'accept_near' - 'new_person' - 'expect' AS options,
    CASE
        WHEN EXISTS (SELECT FROM names AS n WHERE length(n.name) > 3 AND position(n.name IN lower(u.file)) > 0)
        THEN CAST(:erased AS text) ELSE u.file END AS file
FROM uploads AS u
WHERE u.organisation_id = :organisation AND u.ended_at IS NOT NULL
