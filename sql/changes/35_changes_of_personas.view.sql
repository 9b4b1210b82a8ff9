-- Personas that are new, that changed person, and that are gone. One that leaves its person for a new one of its own, or
-- for nowhere, without a line that says so, is dropped; any other is claimed or taken. What an import that undoes another takes
-- from people it gives back: it drops nothing.
SELECT
    d.said_in, 'create' AS action, l.after AS person, d.ifi AS persona, CAST(NULL AS text) AS from_label,
    CAST(NULL AS text) AS to_label, CAST(NULL AS bigint) AS persona_id
FROM persona_differences AS d
JOIN called_people AS l ON l.id = d.person_id
WHERE NOT d.was AND d.stays
UNION ALL
SELECT
    d.said_in,
    CASE WHEN d.drops THEN 'drop' WHEN NOT d.stays THEN 'delete' WHEN d.had_custom_id THEN 'take' ELSE 'claim' END,
    CASE WHEN d.drops THEN d.loser ELSE coalesce(d.winner, d.loser, d.old_label) END,
    d.ifi, d.old_label, d.winner, d.id
FROM (
    SELECT
        d.id, d.ifi, d.said_in, d.stays, f.before AS old_label, f.after AS loser, t.after AS winner,
        NOT CAST(:undoes AS boolean) AND d.said_in IS NULL AND f.after IS NOT NULL
            AND (NOT d.stays OR n.id IS NOT NULL AND n.custom_id IS NULL) AS drops,
        f.had_custom_id
    FROM persona_differences AS d
    JOIN called_people AS f ON f.id = d.old_person_id
    LEFT JOIN called_people AS t ON t.id = d.person_id
    LEFT JOIN person_differences AS n ON n.id = d.person_id AND NOT n.was
    WHERE d.was AND d.person_id IS DISTINCT FROM d.old_person_id
) AS d
UNION ALL
SELECT d.said_in, CASE WHEN d.pinned THEN 'pin' ELSE 'unpin' END, l.after, d.ifi, NULL, NULL, NULL
FROM persona_differences AS d
JOIN called_people AS l ON l.id = d.person_id
WHERE d.stays AND d.pinned <> d.was_pinned
