-- The runs of which `state.sql` speaks: whether each is a single change that has been made.
SELECT i.id, CAST(i.xmin AS text) AS version,
       i.command = ANY (CAST(:single AS text[])) AND i.state <> 'running' AND NOT i.pruned AS is_single
FROM imports AS i
WHERE i.organisation_id = :organisation AND i.state = 'running'
UNION
(SELECT i.id, CAST(i.xmin AS text),
        i.command = ANY (CAST(:single AS text[])) AND i.state <> 'running' AND NOT i.pruned
 FROM imports AS i
 WHERE i.organisation_id = :organisation
 ORDER BY i.id DESC
 LIMIT :looked_at)
