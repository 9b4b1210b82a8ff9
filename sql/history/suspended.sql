-- The sources that are suspended, or the one asked for if it is: since which import, and why.
SELECT id, name, suspended_by, suspended_why
FROM sources
WHERE organisation_id = :organisation AND suspended_by IS NOT NULL
  AND (CAST(:source AS integer) IS NULL OR id = CAST(:source AS integer))
ORDER BY name
