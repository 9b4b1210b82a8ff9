-- The first people by custom_id, of a report of everybody in that order: if they fill its page, nobody else need be looked at.
SELECT p.id AS person_id
FROM people AS p
WHERE p.organisation_id = :organisation AND p.custom_id IS NOT NULL
ORDER BY
    CASE WHEN NOT CAST(:descending AS boolean) THEN p.custom_id END,
    CASE WHEN CAST(:descending AS boolean) THEN p.custom_id END DESC
LIMIT CAST(:first AS bigint)
