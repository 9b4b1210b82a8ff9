-- The report of people.
SELECT
    p.custom_id, p.name,
    coalesce(t.interactions, 0) AS interactions,
    coalesce(t.activities, 0) AS activities,
    coalesce(t.completed, 0) AS completed,
    coalesce(t.passed, 0) AS passed,
    coalesce(t.failed, 0) AS failed,
    m.mean_score,
    coalesce(trim_scale(t.seconds), 0) AS seconds_spent,
    t.first_at, t.last_at,
    k.*, p.custom_id AS of_key, p.id AS of_id
FROM (
    SELECT p.id, p.custom_id, p.name
    FROM people AS p
    WHERE p.organisation_id = :organisation AND NOT CAST(:scoped AS boolean)
    UNION ALL
    SELECT p.id, p.custom_id, p.name
    FROM scope AS c
    JOIN people AS p ON p.organisation_id = :organisation AND p.id = c.person_id
    WHERE CAST(:scoped AS boolean)
) AS p
LEFT JOIN totals AS t ON t.person_id = p.id
CROSS JOIN LATERAL (SELECT trim_scale(round(t.score_sum / nullif(t.scores, 0), 12)) AS mean_score) AS m
CROSS JOIN LATERAL (
    SELECT
        CASE CAST(:sort AS text) WHEN 'custom_id' THEN p.custom_id WHEN 'name' THEN p.name COLLATE "C" END AS of_text,
        CASE CAST(:sort AS text)
            WHEN 'interactions' THEN coalesce(t.interactions, 0)
            WHEN 'activities' THEN coalesce(t.activities, 0)
            WHEN 'completed' THEN coalesce(t.completed, 0)
            WHEN 'passed' THEN coalesce(t.passed, 0)
            WHEN 'failed' THEN coalesce(t.failed, 0)
            WHEN 'mean_score' THEN m.mean_score
            WHEN 'seconds_spent' THEN coalesce(t.seconds, 0)
        END AS of_number,
        CASE CAST(:sort AS text) WHEN 'first_at' THEN t.first_at WHEN 'last_at' THEN t.last_at END AS of_time
) AS k
WHERE t.person_id IS NOT NULL OR CAST(:everybody AS boolean)
