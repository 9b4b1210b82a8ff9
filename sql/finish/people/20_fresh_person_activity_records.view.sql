-- The records of these people per activity, rolled up from those of their personas' spells, in the order of their key. (Of integers: a
-- sum of bigints is a numeric on the way, which takes ten times as long.)
SELECT
    r.person_id, r.activity_id,
    sum(CAST(r.interactions AS integer)) AS interactions,
    sum(CAST(r.completed AS integer)) AS completed,
    sum(CAST(r.passed AS integer)) AS passed,
    sum(CAST(r.failed AS integer)) AS failed,
    sum(CAST(r.scores AS integer)) AS scores,
    sum_of_few(r.score_sum) AS score_sum,
    max(r.best_score) AS best_score,
    sum_of_few(r.seconds) AS seconds,
    min(r.first_at) AS first_at,
    max(r.last_at) AS last_at,
    min(r.completed_at) AS completed_at,
    min(r.passed_at) AS passed_at,
    sum(CAST(r.attempts AS integer)) AS attempts
FROM their_records AS r
GROUP BY r.person_id, r.activity_id
ORDER BY r.person_id, r.activity_id
