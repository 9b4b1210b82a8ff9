-- Whom, or what, ids of another system stand for, by which kind of record: as was said last by an import that stands. Who is not
-- there any more has become whoever has that persona of theirs, unless they have been deleted. (What is undone an odd number of
-- times, each time the one before, does not stand.)
WITH RECURSIVE given AS (
    SELECT o.record, o.other_id, o.given_by, o.person_id, o.persona_id, o.let_go_by
    FROM other_ids AS o
    WHERE o.organisation_id = :organisation
      AND o.record = ANY (CAST(:records AS text[])) AND o.other_id = ANY (CAST(:ids AS bytea[]))
),
undoing (id, last, nth) AS (
    SELECT r.id, r.id, 0
    FROM (SELECT given_by AS id FROM given UNION SELECT let_go_by FROM given WHERE let_go_by IS NOT NULL) AS r
    UNION ALL
    SELECT u.id, i.id, u.nth + 1
    FROM undoing AS u
    JOIN imports AS i ON i.organisation_id = :organisation AND i.undoes = u.last AND i.state IN ('committed', 'finished')
    WHERE NOT EXISTS (
        SELECT FROM imports AS n
        WHERE n.organisation_id = :organisation AND n.undoes = i.undoes AND n.id > i.id AND n.state IN ('committed', 'finished'))
),
standing AS (
    SELECT id FROM undoing GROUP BY id HAVING max(nth) % 2 = 0
)
SELECT DISTINCT ON (g.record, g.other_id)
    g.record, g.other_id, p.id IS NULL AND g.person_id IS NOT NULL AS has_become_another,
    CASE g.record WHEN 'identifier' THEN g.persona_id ELSE coalesce(p.id, s.person_id) END AS id
FROM given AS g
LEFT JOIN people AS p ON p.organisation_id = :organisation AND p.id = g.person_id
LEFT JOIN personas AS s ON s.organisation_id = :organisation AND s.id = g.persona_id
    AND (g.let_go_by IS NULL OR g.let_go_by NOT IN (SELECT id FROM standing))
WHERE g.given_by IN (SELECT id FROM standing)
ORDER BY g.record, g.other_id, g.given_by DESC
