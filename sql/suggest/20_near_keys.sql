-- The forms in which identifiers nearly coincide that several people have, but not many: what many have is of nobody.
SELECT k.kind, k.key
FROM (
    SELECT p.kind, p.near AS key, p.person_id
    FROM personas AS p
    WHERE p.organisation_id = :organisation AND p.near IS NOT NULL AND p.person_id IS NOT NULL
    UNION ALL
    SELECT q.kind, q.ifi, q.person_id
    FROM (SELECT DISTINCT kind, near FROM personas WHERE organisation_id = :organisation AND near IS NOT NULL) AS n
    JOIN personas AS q
        ON q.organisation_id = :organisation AND q.ifi = n.near AND q.kind = n.kind AND q.near IS NULL
        AND q.person_id IS NOT NULL
) AS k
GROUP BY k.kind, k.key
HAVING count(DISTINCT k.person_id) BETWEEN 2 AND :most
