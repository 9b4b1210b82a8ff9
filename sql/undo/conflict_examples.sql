-- The first changes that cannot be taken back: of what, why, and which import is in the way: the last after the undone one that
-- has changed it, or taken it away, or put there what it is used for.
WITH first AS (
    SELECT
        k.*, s.to_id, s.from_id, coalesce(p.custom_id, g.custom_id) AS custom_id,
        array_position(ARRAY['persona', 'person', 'group', 'membership', 'parent', 'group type'], k.what) AS rank,
        CASE k.what
            WHEN 'persona' THEN coalesce(s.ifi, i.ifi)
            WHEN 'person' THEN coalesce(p.label, '#' || k.id)
            WHEN 'group' THEN g.custom_id
            WHEN 'membership' THEN coalesce(m.custom_id, '#' || k.id) || ' in ' || coalesce(o.custom_id, u.custom_id)
            WHEN 'parent' THEN coalesce(o.custom_id, '#' || k.of_id) || ' of ' || coalesce(c.custom_id, '#' || k.id)
            WHEN 'group type' THEN coalesce(t.name_now, t.name)
        END AS label
    FROM conflicts AS k
    LEFT JOIN undone_personas AS s ON k.what = 'persona' AND s.persona_id = k.id
    LEFT JOIN undone_people AS p ON k.what = 'person' AND p.person_id = k.id
    LEFT JOIN undone_groups AS g ON k.what = 'group' AND g.group_id = k.id
    LEFT JOIN undone_types AS t ON k.what = 'group type' AND t.type_id = k.id
    LEFT JOIN personas AS i ON i.organisation_id = :organisation AND k.what = 'persona' AND i.id = k.id
    LEFT JOIN people AS m ON m.organisation_id = :organisation AND k.what = 'membership' AND m.id = k.id
    LEFT JOIN groups AS c ON c.organisation_id = :organisation AND k.what = 'parent' AND c.id = k.id
    LEFT JOIN groups AS o ON o.organisation_id = :organisation AND o.id = k.of_id
    LEFT JOIN undone_groups AS u ON u.group_id = k.of_id
    ORDER BY rank, label
    LIMIT :shown
), imported AS (
    SELECT 'person' AS what, id, changed_by AS since FROM people WHERE organisation_id = :organisation
    UNION ALL SELECT 'persona', id, changed_by FROM personas WHERE organisation_id = :organisation
    UNION ALL SELECT 'persona', persona_id, greatest(changed_by, replaced_by) FROM spell_states WHERE organisation_id = :organisation
    UNION ALL SELECT 'group', id, changed_by FROM groups WHERE organisation_id = :organisation
    UNION ALL SELECT 'group type', id, changed_by FROM group_types WHERE organisation_id = :organisation
    UNION ALL SELECT 'gone person', id, replaced_by FROM person_versions WHERE organisation_id = :organisation
    UNION ALL SELECT 'gone persona', id, replaced_by FROM persona_versions WHERE organisation_id = :organisation
    UNION ALL SELECT 'gone group', id, replaced_by FROM group_versions WHERE organisation_id = :organisation
    UNION ALL SELECT 'gone group type', id, replaced_by FROM group_type_versions WHERE organisation_id = :organisation
    UNION ALL SELECT 'left person', person_id, replaced_by FROM persona_versions WHERE organisation_id = :organisation
    UNION ALL SELECT 'used person', person_id, changed_by FROM personas WHERE organisation_id = :organisation
    UNION ALL SELECT 'used person', person_id, changed_by FROM closed_spells WHERE organisation_id = :organisation
    UNION ALL SELECT 'used person', person_id, changed_by FROM memberships WHERE organisation_id = :organisation
    UNION ALL SELECT 'used person', person_id, changed_by FROM source_people WHERE organisation_id = :organisation
    UNION ALL SELECT 'used group', group_id, changed_by FROM memberships WHERE organisation_id = :organisation
    UNION ALL SELECT 'used group', group_id, changed_by FROM group_parents WHERE organisation_id = :organisation
    UNION ALL SELECT 'used group', parent_id, changed_by FROM group_parents WHERE organisation_id = :organisation
    UNION ALL SELECT 'used group', group_id, changed_by FROM source_groups WHERE organisation_id = :organisation
)
SELECT f.what, f.label, f.why, (
    SELECT max(h.since)
    FROM (
        SELECT CASE f.why WHEN 'changed' THEN '' WHEN 'gone' THEN 'gone ' WHEN 'used_since' THEN 'used ' END || f.what, f.id
        UNION ALL SELECT 'left person', f.from_id WHERE f.why = 'last_persona'
        UNION ALL SELECT f.what, p.id FROM people AS p
        WHERE p.organisation_id = :organisation AND f.what = 'person' AND f.why = 'custom_id_taken' AND p.custom_id = f.custom_id
        UNION ALL SELECT f.what, g.id FROM groups AS g
        WHERE g.organisation_id = :organisation AND f.what = 'group' AND f.why = 'custom_id_taken' AND g.custom_id = f.custom_id
        UNION ALL SELECT 'gone person', l.id FROM (
            SELECT CASE f.what
                WHEN 'membership' THEN f.id
                WHEN 'persona' THEN coalesce(f.to_id, (SELECT min(u.person_id) FROM undone_spells AS u WHERE u.persona_id = f.id))
            END AS id
        ) AS l
        WHERE f.why IN ('gone', 'person_gone')
          AND NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = :organisation AND p.id = l.id)
        UNION ALL SELECT 'gone group', l.id FROM unnest(ARRAY[CASE f.what WHEN 'parent' THEN f.id END, f.of_id]) AS l (id)
        WHERE f.why IN ('person_gone', 'group_gone')
          AND NOT EXISTS (SELECT FROM groups AS g WHERE g.organisation_id = :organisation AND g.id = l.id)
    ) AS w (what, id)
    JOIN imported AS h ON h.what = w.what AND h.id = w.id
    WHERE h.since > :undone
) AS since
FROM first AS f
ORDER BY f.rank, f.label
