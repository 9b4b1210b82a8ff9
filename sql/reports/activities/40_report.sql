-- The report of activities.
SELECT
    f.iri AS activity, f.people, f.interactions, f.completed,
    f.mean_score, f.last_at,
    k.*, f.iri AS of_key, 0 AS of_id
FROM (
    SELECT
        a.iri, u.people, u.interactions, u.completed, u.last_at,
        trim_scale(round(u.score_sum / nullif(u.scores, 0), 12)) AS mean_score
    FROM (
        SELECT
            r.activity_id,
            count(*) AS people,
            sum(CAST(r.interactions AS integer)) AS interactions,
            sum(CAST(r.completed AS integer)) AS completed,
            sum(CAST(r.scores AS integer)) AS scores,
            sum(r.score_sum) AS score_sum,
            max(r.last_at) AS last_at
        FROM (
            SELECT r.activity_id, r.interactions, r.completed, r.scores, r.score_sum, r.last_at
            FROM person_activity_records AS r
            WHERE NOT CAST(:summed AS boolean) AND NOT CAST(:scoped AS boolean)
              AND r.organisation_id = :organisation
            UNION ALL
            SELECT r.activity_id, r.interactions, r.completed, r.scores, r.score_sum, r.last_at
            FROM scope AS c
            JOIN person_activity_records AS r
                ON r.organisation_id = :organisation AND r.person_id = c.person_id
            WHERE NOT CAST(:summed AS boolean) AND CAST(:scoped AS boolean)
        ) AS r
        GROUP BY r.activity_id
        UNION ALL
        SELECT
            s.activity_id,
            count(DISTINCT s.person_id),
            sum(CAST(s.interactions AS integer)),
            sum(CAST(s.completed AS integer)),
            sum(CAST(s.scores AS integer)),
            sum(s.score_sum),
            max(s.last_at)
        FROM shares AS s
        WHERE CAST(:summed AS boolean) AND s.person_id IS NOT NULL
        GROUP BY s.activity_id
    ) AS u
    JOIN activities AS a ON a.organisation_id = :organisation AND a.id = u.activity_id
    WHERE a.iri <> ''
) AS f
CROSS JOIN LATERAL (
    SELECT
        CASE CAST(:sort AS text) WHEN 'activity' THEN f.iri END AS of_text,
        CASE CAST(:sort AS text)
            WHEN 'people' THEN f.people
            WHEN 'interactions' THEN f.interactions
            WHEN 'completed' THEN f.completed
            WHEN 'mean_score' THEN f.mean_score
        END AS of_number,
        CASE CAST(:sort AS text) WHEN 'last_at' THEN f.last_at END AS of_time
) AS k
