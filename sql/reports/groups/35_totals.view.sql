-- Per person, what a report of groups adds up.
SELECT
    u.person_id,
    sum(CAST(u.interactions AS integer)) AS interactions,
    sum(CAST(u.completed AS integer)) AS completed,
    sum(CAST(u.scores AS integer)) AS scores,
    sum_of_few(u.score_sum) AS score_sum,
    sum_of_few(u.seconds) AS seconds,
    max(u.last_at) AS last_at
FROM shares AS u
WHERE u.person_id IS NOT NULL
GROUP BY u.person_id
