-- So it is with why a source is suspended.
SELECT s.id, CAST(:erased AS text) AS suspended_why
FROM sources AS s
WHERE s.organisation_id = :organisation AND EXISTS (
    SELECT FROM names AS n
    WHERE length(n.name) > 3 AND position(n.name IN lower(s.suspended_why)) > 0
       OR position('"' || n.name || '"' IN lower(s.suspended_why)) > 0)
