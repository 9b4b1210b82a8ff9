-- The first changes that cannot be taken back: of what, why, and which import is in the way: the last after the undone one that
-- has changed it, or taken it away, or put there what it is used for.
WITH first AS (
    SELECT *
    FROM (
        SELECT 1 AS rank, k.what, k.why, coalesce(u.ifi, p.ifi) AS label, CAST(NULL AS text) AS custom_id,
               CAST(NULL AS bigint) AS person_id, k.id AS persona_id, u.to_id, u.from_id, CAST(NULL AS bigint) AS group_id,
               CAST(NULL AS bigint) AS parent_id, CAST(NULL AS bigint) AS type_id
        FROM conflicts AS k
        LEFT JOIN undone_personas AS u ON u.persona_id = k.id
        LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.id = k.id
        WHERE k.what = 'persona'
        UNION ALL
        SELECT 2, k.what, k.why, coalesce(u.label, '#' || u.person_id), u.custom_id, k.id, NULL, NULL, NULL, NULL, NULL,
               NULL
        FROM conflicts AS k
        JOIN undone_people AS u ON u.person_id = k.id
        WHERE k.what = 'person'
        UNION ALL
        SELECT 3, k.what, k.why, u.custom_id, u.custom_id, NULL, NULL, NULL, NULL, k.id, NULL, NULL
        FROM conflicts AS k
        JOIN undone_groups AS u ON u.group_id = k.id
        WHERE k.what = 'group'
        UNION ALL
        SELECT 4, k.what, k.why, coalesce(p.custom_id, '#' || k.id) || ' in ' || coalesce(g.custom_id, x.custom_id), NULL,
               k.id, NULL, NULL, NULL, k.of_id, NULL, NULL
        FROM conflicts AS k
        LEFT JOIN people AS p ON p.organisation_id = :organisation AND p.id = k.id
        LEFT JOIN groups AS g ON g.organisation_id = :organisation AND g.id = k.of_id
        LEFT JOIN undone_groups AS x ON x.group_id = k.of_id
        WHERE k.what = 'membership'
        UNION ALL
        SELECT 5, k.what, k.why, coalesce(p.custom_id, '#' || k.of_id) || ' of ' || coalesce(g.custom_id, '#' || k.id), NULL,
               NULL, NULL, NULL, NULL, k.id, k.of_id, NULL
        FROM conflicts AS k
        LEFT JOIN groups AS g ON g.organisation_id = :organisation AND g.id = k.id
        LEFT JOIN groups AS p ON p.organisation_id = :organisation AND p.id = k.of_id
        WHERE k.what = 'parent'
        UNION ALL
        SELECT 6, k.what, k.why, coalesce(u.name_now, u.name), NULL, NULL, NULL, NULL, NULL, NULL, NULL, k.id
        FROM conflicts AS k
        JOIN undone_types AS u ON u.type_id = k.id
        WHERE k.what = 'group type'
    ) AS c
    ORDER BY rank, label
    LIMIT :shown
)
SELECT f.what, f.label, f.why, x.since
FROM first AS f
CROSS JOIN LATERAL (
    SELECT max(s.since) AS since
    FROM (
        SELECT p.changed_by AS since
        FROM people AS p
        WHERE p.organisation_id = :organisation AND f.why = 'changed' AND p.id = f.person_id
        UNION ALL
        SELECT v.replaced_by
        FROM person_versions AS v
        WHERE v.organisation_id = :organisation AND f.why IN ('gone', 'person_gone')
          AND v.id = coalesce(
              f.person_id, f.to_id, (SELECT min(u.person_id) FROM undone_spells AS u WHERE u.persona_id = f.persona_id))
          AND NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = :organisation AND p.id = v.id)
        UNION ALL
        SELECT p.changed_by
        FROM people AS p
        WHERE p.organisation_id = :organisation AND f.why = 'custom_id_taken' AND f.what = 'person' AND p.custom_id = f.custom_id
        UNION ALL
        SELECT p.changed_by
        FROM personas AS p
        WHERE p.organisation_id = :organisation AND f.why = 'changed' AND p.id = f.persona_id
        UNION ALL
        SELECT greatest(s.changed_by, s.replaced_by)
        FROM spell_states AS s
        WHERE s.organisation_id = :organisation AND f.why = 'changed' AND s.persona_id = f.persona_id
        UNION ALL
        SELECT v.replaced_by
        FROM persona_versions AS v
        WHERE v.organisation_id = :organisation AND f.why = 'gone' AND v.id = f.persona_id
        UNION ALL
        SELECT v.replaced_by
        FROM persona_versions AS v
        WHERE v.organisation_id = :organisation AND f.why = 'last_persona' AND v.person_id = f.from_id
        UNION ALL
        SELECT p.changed_by
        FROM personas AS p
        WHERE p.organisation_id = :organisation AND f.why = 'used_since' AND p.person_id = f.person_id
        UNION ALL
        SELECT s.changed_by
        FROM closed_spells AS s
        WHERE s.organisation_id = :organisation AND f.why = 'used_since' AND s.person_id = f.person_id
        UNION ALL
        SELECT m.changed_by
        FROM memberships AS m
        WHERE m.organisation_id = :organisation AND f.why = 'used_since' AND m.person_id = f.person_id
        UNION ALL
        SELECT s.changed_by
        FROM source_people AS s
        WHERE s.organisation_id = :organisation AND f.why = 'used_since' AND s.person_id = f.person_id
        UNION ALL
        SELECT g.changed_by
        FROM groups AS g
        WHERE g.organisation_id = :organisation AND f.why = 'changed' AND g.id = f.group_id
        UNION ALL
        SELECT v.replaced_by
        FROM group_versions AS v
        WHERE v.organisation_id = :organisation AND f.why IN ('gone', 'person_gone', 'group_gone')
          AND v.id IN (f.group_id, f.parent_id)
          AND NOT EXISTS (SELECT FROM groups AS g WHERE g.organisation_id = :organisation AND g.id = v.id)
        UNION ALL
        SELECT g.changed_by
        FROM groups AS g
        WHERE g.organisation_id = :organisation AND f.why = 'custom_id_taken' AND f.what = 'group' AND g.custom_id = f.custom_id
        UNION ALL
        SELECT m.changed_by
        FROM memberships AS m
        WHERE m.organisation_id = :organisation AND f.why = 'used_since' AND m.group_id = f.group_id
        UNION ALL
        SELECT g.changed_by
        FROM group_parents AS g
        WHERE g.organisation_id = :organisation AND f.why = 'used_since' AND f.group_id IN (g.group_id, g.parent_id)
        UNION ALL
        SELECT s.changed_by
        FROM source_groups AS s
        WHERE s.organisation_id = :organisation AND f.why = 'used_since' AND s.group_id = f.group_id
        UNION ALL
        SELECT t.changed_by
        FROM group_types AS t
        WHERE t.organisation_id = :organisation AND f.why = 'changed' AND t.id = f.type_id
        UNION ALL
        SELECT v.replaced_by
        FROM group_type_versions AS v
        WHERE v.organisation_id = :organisation AND f.why = 'gone' AND v.id = f.type_id
    ) AS s
    WHERE s.since > :undone
) AS x
ORDER BY f.rank, f.label
