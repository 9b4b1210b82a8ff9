-- Who is erased: those who were asked for, and who has become one with them, by a merge that has not been undone (or has been done
-- again, by an undo of the undo): whose spells it made theirs.
WITH RECURSIVE done (id) AS (
    SELECT id FROM merges
    UNION
    SELECT r.id
    FROM done AS m
    JOIN imports AS u ON u.organisation_id = :organisation AND u.undoes = m.id
    JOIN imports AS r ON r.organisation_id = :organisation AND r.undoes = u.id
), erased (person_id) AS (
    SELECT asked.person_id FROM unnest(CAST(:people AS bigint[])) AS asked (person_id)
    UNION
    SELECT b.person_id
    FROM erased AS e
    CROSS JOIN LATERAL (
        SELECT s.id AS persona_id, s.begins_at, CAST('infinity' AS timestamptz) AS ends_at, s.changed_by, s.replaced_by
        FROM persona_states AS s
        WHERE s.organisation_id = :organisation AND s.person_id = e.person_id
        UNION ALL
        SELECT s.persona_id, s.begins_at, s.ends_at, s.changed_by, s.replaced_by
        FROM spell_states AS s
        WHERE s.organisation_id = :organisation AND s.person_id = e.person_id
    ) AS a
    JOIN done AS m ON m.id = a.changed_by
    CROSS JOIN LATERAL (
        SELECT v.person_id, v.begins_at
        FROM persona_versions AS v
        WHERE v.organisation_id = :organisation AND v.replaced_by = m.id AND v.id = a.persona_id
        UNION ALL
        SELECT v.person_id, v.begins_at
        FROM spell_versions AS v
        WHERE v.organisation_id = :organisation AND v.replaced_by = m.id AND v.persona_id = a.persona_id
    ) AS b
    WHERE b.person_id > 0 AND b.begins_at >= a.begins_at AND b.begins_at < a.ends_at
      AND NOT EXISTS (
        SELECT FROM imports AS u WHERE u.organisation_id = :organisation AND u.id = a.replaced_by AND u.undoes = m.id)
      AND NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = :organisation AND p.id = b.person_id)
)
SELECT person_id FROM erased
