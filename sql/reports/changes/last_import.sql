-- The newest run that has changed who is who.
SELECT i.id, i.command, i.files, i.undoes, i.pruned,
       coalesce(CAST(i.counts #>> '{memberships,added}' AS bigint), 0)
       + coalesce(CAST(i.counts #>> '{memberships,removed}' AS bigint), 0) AS memberships
FROM imports AS i
WHERE i.organisation_id = :organisation
  AND i.state IN ('committed', 'finished', 'stopped') AND i.command <> 'import-statements'
ORDER BY i.id DESC
LIMIT 1
