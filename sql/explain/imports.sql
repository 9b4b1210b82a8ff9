-- The runs that changes are by.
SELECT i.id, i.command, s.name AS source, i.started_at, i.run_by, i.files, i.undoes, i.pruned, i.options ? 'merged' AS merges
FROM imports AS i
LEFT JOIN sources AS s ON s.organisation_id = :organisation AND s.id = i.source_id
WHERE i.organisation_id = :organisation AND i.id = ANY (CAST(:imports AS bigint[]))
