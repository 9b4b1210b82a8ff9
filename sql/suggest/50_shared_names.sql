-- People whose name somebody else has too.
SELECT p.id AS person_id, n.name
FROM (
    SELECT lower(name) AS name
    FROM people
    WHERE organisation_id = :organisation AND name IS NOT NULL
    GROUP BY lower(name)
    HAVING count(*) > 1
) AS n
JOIN people AS p ON p.organisation_id = :organisation AND lower(p.name) = n.name
