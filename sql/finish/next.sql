-- The first level on which anything is pending, in the order in which records roll up, and whether it is very much; no row where
-- nothing is.
SELECT
    l.level,
    (SELECT count(*)
     FROM (SELECT FROM pending AS p
           WHERE p.organisation_id = :organisation AND p.subject = l.subject
           LIMIT :many) AS p) >= :many AS very_many
FROM (VALUES (1, 'personas', 'persona'), (2, 'people', 'person'), (3, 'groups', 'group')) AS l (rank, level, subject)
WHERE EXISTS (SELECT FROM pending AS p
              WHERE p.organisation_id = :organisation AND p.subject = l.subject)
ORDER BY l.rank
LIMIT 1
