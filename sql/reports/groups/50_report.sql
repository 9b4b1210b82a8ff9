-- The report of groups.
SELECT
    g.custom_id, g.name, g.type,
    coalesce(r.members, 0) AS members,
    coalesce(r.active_members, 0) AS active_members,
    coalesce(r.interactions, 0) AS interactions,
    coalesce(r.completed, 0) AS completed,
    s.mean_score,
    coalesce(trim_scale(r.seconds), 0) AS seconds_spent,
    r.last_at, g.id,
    k.*, g.custom_id AS of_key, g.id AS of_id
FROM subjects AS u
JOIN groups AS g ON g.organisation_id = :organisation AND g.id = u.id
LEFT JOIN figures AS r ON r.group_id = g.id
CROSS JOIN LATERAL (SELECT trim_scale(round(r.score_sum / nullif(r.scores, 0), 12)) AS mean_score) AS s
CROSS JOIN LATERAL (
    SELECT
        CASE CAST(:sort AS text)
            WHEN 'custom_id' THEN g.custom_id WHEN 'name' THEN g.name COLLATE "C" WHEN 'type' THEN g.type COLLATE "C"
        END AS of_text,
        CASE CAST(:sort AS text)
            WHEN 'members' THEN coalesce(r.members, 0)
            WHEN 'active_members' THEN coalesce(r.active_members, 0)
            WHEN 'interactions' THEN coalesce(r.interactions, 0)
            WHEN 'completed' THEN coalesce(r.completed, 0)
            WHEN 'mean_score' THEN s.mean_score
            WHEN 'seconds_spent' THEN coalesce(r.seconds, 0)
        END AS of_number,
        CASE CAST(:sort AS text) WHEN 'last_at' THEN r.last_at END AS of_time
) AS k
