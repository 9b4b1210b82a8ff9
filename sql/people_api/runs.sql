-- The runs of which `state.sql` speaks: whether each only makes people, by what they have said, or is a single change that has been
-- made.
SELECT
    i.id, CAST(i.xmin AS text) AS version, i.command = ANY (CAST(:loads AS text[])) AS only_makes,
    i.command = ANY (CAST(:single AS text[])) AND i.state <> 'running' AND NOT i.pruned AS is_single
FROM imports AS i
WHERE i.organisation_id = :organisation AND i.state = 'running'
UNION
(SELECT
    i.id, CAST(i.xmin AS text), i.command = ANY (CAST(:loads AS text[])),
    i.command = ANY (CAST(:single AS text[])) AND i.state <> 'running' AND NOT i.pruned
 FROM imports AS i
 WHERE i.organisation_id = :organisation
 ORDER BY i.id DESC
 LIMIT :looked_at)
