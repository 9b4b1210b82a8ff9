-- A source may be imported again. Out: since which import it was suspended, and why; nulls if it was not.
UPDATE sources AS s
SET suspended_by = NULL, suspended_why = NULL
FROM (SELECT id, suspended_by, suspended_why FROM sources
      WHERE organisation_id = :organisation AND name = :name FOR UPDATE) AS was
WHERE s.organisation_id = :organisation AND s.id = was.id
RETURNING was.suspended_by, was.suspended_why
