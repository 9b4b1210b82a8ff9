-- All changes of an import.
SELECT
    u.said_in, u.action COLLATE "C" AS action, u.person COLLATE "C" AS person, u.persona COLLATE "C" AS persona,
    u.group_label COLLATE "C" AS group_label, u.from_label COLLATE "C" AS from_label, u.to_label COLLATE "C" AS to_label,
    u.field COLLATE "C" AS field, u.old COLLATE "C" AS old, u.new COLLATE "C" AS new, u.persona_id,
    u.begins_at, u.ends_at
FROM (
    SELECT
        said_in, action, person, CAST(NULL AS text) AS persona, CAST(NULL AS text) AS group_label, from_label, to_label,
        field, old, new, CAST(NULL AS bigint) AS persona_id, CAST(NULL AS timestamptz) AS begins_at,
        CAST('infinity' AS timestamptz) AS ends_at
    FROM changes_of_people
    UNION ALL
    SELECT said_in, action, person, persona, NULL, from_label, to_label, field, old, new, persona_id, begins_at, 'infinity'
    FROM changes_of_personas
    UNION ALL
    SELECT NULL, action, person, persona, NULL, from_label, to_label, field, old, new, persona_id, begins_at, ends_at
    FROM changes_of_spans
    UNION ALL
    SELECT said_in, action, NULL, NULL, group_label, from_label, to_label, field, old, new, NULL, NULL, NULL
    FROM changes_of_groups
    UNION ALL
    SELECT NULL, action, NULL, NULL, NULL, NULL, NULL, field, old, new, NULL, NULL, NULL
    FROM changes_of_types
    UNION ALL
    SELECT said_in, action, person, NULL, group_label, NULL, NULL, field, old, new, NULL, NULL, NULL
    FROM changes_of_memberships
) AS u
