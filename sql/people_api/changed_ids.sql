-- Who may have come to a list, or gone from it, by some single changes: those whom these have changed or deleted, and those who
-- have been made since.
SELECT v.id
FROM person_versions AS v
WHERE v.organisation_id = :organisation AND v.replaced_by = ANY (CAST(:imports AS bigint[]))
UNION
SELECT p.id
FROM people AS p
WHERE p.organisation_id = :organisation AND p.id > :newest
LIMIT :limit
