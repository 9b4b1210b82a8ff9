-- Personas that are new, that changed person, and that are gone. One that leaves its person for a new one of its own, for
-- nobody, or for nowhere, without a line that says so, is dropped; one of which the former person keeps the past is split; any
-- other is claimed or taken. What an import that undoes another takes from people it gives back: it drops nothing. Since when
-- it is whose it is now, is told where that has changed.
SELECT
    d.said_in, 'create' AS action, l.after AS person, d.ifi AS persona, CAST(NULL AS text) AS from_label,
    CAST(NULL AS text) AS to_label, CASE WHEN d.since IS NOT NULL THEN 'since' END AS field, CAST(NULL AS text) AS old,
    d.since AS new, CAST(NULL AS bigint) AS persona_id, d.begins_at
FROM persona_differences AS d
LEFT JOIN called_people AS l ON l.id = d.person_id
WHERE NOT d.was AND d.stays
UNION ALL
SELECT
    d.said_in,
    CASE WHEN d.drops THEN 'drop' WHEN NOT d.stays THEN 'delete' WHEN d.is_split AND d.old_label IS NOT NULL THEN 'split'
         WHEN d.had_custom_id THEN 'take' ELSE 'claim' END,
    CASE WHEN d.drops THEN coalesce(d.loser, d.old_label) ELSE coalesce(d.winner, d.loser, d.old_label) END,
    d.ifi, d.old_label, d.winner,
    CASE WHEN d.since IS DISTINCT FROM d.old_since THEN 'since' END,
    CASE WHEN d.since IS DISTINCT FROM d.old_since THEN d.old_since END,
    CASE WHEN d.since IS DISTINCT FROM d.old_since THEN d.since END,
    d.id, d.begins_at
FROM (
    SELECT
        d.id, d.ifi, d.said_in, d.stays, d.is_split, d.old_since, d.since, d.begins_at,
        f.before AS old_label, f.after AS loser, t.after AS winner,
        NOT CAST(:undoes AS boolean) AND d.said_in IS NULL
            AND (d.person_id IS NULL AND (d.stays OR f.after IS NOT NULL)
                 OR f.after IS NOT NULL AND n.id IS NOT NULL AND n.custom_id IS NULL) AS drops,
        f.had_custom_id
    FROM persona_differences AS d
    LEFT JOIN called_people AS f ON f.id = d.old_person_id
    LEFT JOIN called_people AS t ON t.id = d.person_id
    LEFT JOIN person_differences AS n ON n.id = d.person_id AND NOT n.was
    WHERE d.was
      AND (d.person_id IS DISTINCT FROM d.old_person_id
           OR d.stays AND d.since IS DISTINCT FROM d.old_since
              AND NOT EXISTS (SELECT FROM span_differences AS x WHERE x.persona_id = d.id))
) AS d
UNION ALL
SELECT d.said_in, CASE WHEN d.pinned THEN 'pin' ELSE 'unpin' END, l.after, d.ifi, NULL, NULL, NULL, NULL, NULL, NULL, d.begins_at
FROM persona_differences AS d
JOIN called_people AS l ON l.id = d.person_id
WHERE d.stays AND d.pinned <> d.was_pinned
