-- Whom, or what, ids of another system stand for, by which kind of record: as was said last by an import that stands. (What is
-- undone an odd number of times, each time the one before, does not stand.) Who is not there any more is whoever they have become,
-- if that is sure: step by step, whoever had all of theirs when the run that ended them was done, where that was a merge by hand,
-- or an import that found, of somebody without any custom_id, all that they ever had to be one other's, as far as nothing of that
-- is pruned. What has become of these personas since says nothing of them.
WITH RECURSIVE given AS (
    SELECT o.record, o.other_id, o.given_by, o.person_id, o.persona_id
    FROM other_ids AS o
    WHERE o.organisation_id = :organisation
      AND o.record = ANY (CAST(:records AS text[])) AND o.other_id = ANY (CAST(:ids AS bytea[]))
),
undoing (id, last, nth) AS (
    SELECT r.id, r.id, 0
    FROM (SELECT DISTINCT given_by AS id FROM given) AS r
    UNION ALL
    SELECT u.id, i.id, u.nth + 1
    FROM undoing AS u
    JOIN imports AS i ON i.organisation_id = :organisation AND i.undoes = u.last AND i.state IN ('committed', 'finished')
    WHERE NOT EXISTS (
        SELECT FROM imports AS n
        WHERE n.organisation_id = :organisation AND n.undoes = i.undoes AND n.id > i.id AND n.state IN ('committed', 'finished'))
),
said AS (
    SELECT DISTINCT ON (g.record, g.other_id) g.record, g.other_id, g.person_id, g.persona_id
    FROM given AS g
    WHERE g.given_by IN (SELECT id FROM undoing GROUP BY id HAVING max(nth) % 2 = 0)
    ORDER BY g.record, g.other_id, g.given_by DESC
),
became (first_id, person_id) AS (
    SELECT DISTINCT s.person_id, s.person_id FROM said AS s WHERE s.person_id IS NOT NULL
    UNION
    SELECT b.first_id, n.person_id
    FROM became AS b
    CROSS JOIN LATERAL (
        SELECT v.replaced_by
        FROM person_versions AS v
        WHERE v.organisation_id = :organisation AND v.id = b.person_id
        ORDER BY v.replaced_by DESC
        LIMIT 1
    ) AS e
    -- An undo of an undo does what was done first.
    CROSS JOIN LATERAL (
        WITH RECURSIVE back (id, nth) AS (
            SELECT e.replaced_by, 0
            UNION ALL
            SELECT i.undoes, k.nth + 1
            FROM back AS k
            JOIN imports AS i ON i.organisation_id = :organisation AND i.id = k.id AND i.undoes IS NOT NULL
        )
        SELECT
            EXISTS (SELECT FROM merges AS m WHERE m.id = i.id) AS merges,
            i.command IN ('import-people', 'migrate') AS imports
        FROM (SELECT k.id, k.nth FROM back AS k ORDER BY k.nth DESC LIMIT 1) AS o
        JOIN imports AS i ON i.organisation_id = :organisation AND i.id = o.id
        WHERE o.nth % 2 = 0
    ) AS r
    CROSS JOIN LATERAL (
        SELECT min(a.person_id) AS person_id, array_agg(t.persona_id) AS personas
        FROM (
            SELECT v.id AS persona_id, v.begins_at
            FROM persona_versions AS v
            WHERE v.organisation_id = :organisation AND v.replaced_by = e.replaced_by AND v.person_id = b.person_id
            UNION ALL
            SELECT v.persona_id, v.begins_at
            FROM spell_versions AS v
            WHERE v.organisation_id = :organisation AND v.replaced_by = e.replaced_by AND v.person_id = b.person_id
        ) AS t
        LEFT JOIN LATERAL (
            SELECT s.person_id
            FROM persona_states AS s
            WHERE s.organisation_id = :organisation AND s.id = t.persona_id AND s.changed_by = e.replaced_by
              AND s.begins_at <= t.begins_at
            UNION ALL
            SELECT s.person_id
            FROM spell_states AS s
            WHERE s.organisation_id = :organisation AND s.persona_id = t.persona_id AND s.changed_by = e.replaced_by
              AND s.begins_at <= t.begins_at AND t.begins_at < s.ends_at
        ) AS a ON true
        HAVING count(*) = count(a.person_id) AND min(a.person_id) = max(a.person_id) AND min(a.person_id) > 0
    ) AS n
    WHERE NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = :organisation AND p.id = b.person_id)
      AND NOT EXISTS (
        SELECT FROM imports AS u
        WHERE u.organisation_id = :organisation AND u.undoes = e.replaced_by AND u.state IN ('committed', 'finished'))
      AND (
        r.merges
        OR r.imports
        AND NOT EXISTS (
            SELECT FROM person_versions AS v
            WHERE v.organisation_id = :organisation AND v.id = b.person_id
              AND coalesce(v.custom_id, v.former_custom_id) IS NOT NULL)
        AND NOT EXISTS (
            SELECT FROM person_versions AS v
            JOIN imports AS c ON c.organisation_id = :organisation AND c.id = v.changed_by AND c.pruned
            WHERE v.organisation_id = :organisation AND v.id = b.person_id)
        AND NOT EXISTS (
            SELECT FROM persona_versions AS v
            WHERE v.organisation_id = :organisation AND v.person_id = b.person_id AND v.id <> ALL (n.personas))
        AND NOT EXISTS (
            SELECT FROM spell_versions AS v
            WHERE v.organisation_id = :organisation AND v.person_id = b.person_id AND v.persona_id <> ALL (n.personas))
      )
)
SELECT s.record, s.other_id, p.id <> s.person_id AS has_become_another, p.id
FROM said AS s
JOIN became AS b ON b.first_id = s.person_id
JOIN people AS p ON p.organisation_id = :organisation AND p.id = b.person_id
UNION ALL
SELECT s.record, s.other_id, false, s.persona_id AS id
FROM said AS s
WHERE s.record = 'identifier'
