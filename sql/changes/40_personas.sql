-- Personas that are new, that changed person, and that are gone. One that leaves its person for a new one of its own, or
-- for nowhere, without a line that says so, is dropped; any other is claimed or taken.
INSERT INTO listed_changes (said_at, action, person, persona)
SELECT d.said_at, 'create', l.after, d.ifi
FROM persona_differences AS d
JOIN listed_people AS l ON l.id = d.person_id
WHERE NOT d.was AND d.stays;

INSERT INTO listed_changes (said_at, action, person, persona, from_label, to_label, persona_id)
SELECT
    d.said_at,
    CASE WHEN d.drops THEN 'drop' WHEN NOT d.stays THEN 'delete' WHEN d.had_custom_id THEN 'take' ELSE 'claim' END,
    CASE WHEN d.drops THEN d.loser ELSE coalesce(d.winner, d.loser, d.old_label) END,
    d.ifi, d.old_label, d.winner, d.id
FROM (
    SELECT
        d.id, d.ifi, d.said_at, d.stays, f.before AS old_label, f.after AS loser, t.after AS winner,
        NOT i.undoes AND d.said_at IS NULL AND f.after IS NOT NULL
            AND (NOT d.stays OR n.id IS NOT NULL AND n.custom_id IS NULL) AS drops,
        f.had_custom_id
    FROM persona_differences AS d
    CROSS JOIN listed_import AS i
    JOIN listed_people AS f ON f.id = d.old_person_id
    LEFT JOIN listed_people AS t ON t.id = d.person_id
    LEFT JOIN person_differences AS n ON n.id = d.person_id AND NOT n.was
    WHERE d.was AND d.person_id IS DISTINCT FROM d.old_person_id
) AS d;

INSERT INTO listed_changes (said_at, action, person, persona)
SELECT d.said_at, CASE WHEN d.pinned THEN 'pin' ELSE 'unpin' END, l.after, d.ifi
FROM persona_differences AS d
JOIN listed_people AS l ON l.id = d.person_id
WHERE d.stays AND d.pinned <> d.was_pinned;
