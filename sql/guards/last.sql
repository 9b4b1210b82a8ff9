-- The last import of whole files of this source, by the same command, that stands: neither undone (an undo may be undone itself) nor that of
-- a mended rejects file. Its files say how many lines they had.
WITH RECURSIVE undoing AS (
    SELECT u.undoes, max(u.id) AS id
    FROM imports AS u
    WHERE u.organisation_id = :organisation AND u.undoes IS NOT NULL AND u.state IN ('committed', 'finished')
    GROUP BY u.undoes
),
undone (id, by, times) AS (
    SELECT undoes, id, 1 FROM undoing
    UNION ALL
    SELECT d.id, u.id, d.times + 1 FROM undone AS d JOIN undoing AS u ON u.undoes = d.by
)
SELECT i.id, i.started_at, i.files
FROM imports AS i
WHERE i.organisation_id = :organisation AND i.source_id = CAST(:source AS integer) AND i.command = :command
  AND i.state IN ('committed', 'finished') AND i.options ->> 'batch' = 'True'
  AND NOT EXISTS (SELECT FROM jsonb_array_elements(i.files) AS f WHERE f ->> 'mended' = 'true')
  AND coalesce((SELECT max(d.times) FROM undone AS d WHERE d.id = i.id), 0) % 2 = 0
ORDER BY i.id DESC
LIMIT 1
