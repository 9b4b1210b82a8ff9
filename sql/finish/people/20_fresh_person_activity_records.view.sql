-- The records of these people per activity, rolled up from those of their personas' spells, in the order of their key.
SELECT
    r.person_id, r.activity_id,
    sum(r.interactions) AS interactions,
    sum(r.completed) AS completed,
    sum(r.passed) AS passed,
    sum(r.failed) AS failed,
    sum(r.scores) AS scores,
    sum_of_few(r.score_sum) AS score_sum,
    max(r.best_score) AS best_score,
    sum_of_few(r.seconds) AS seconds,
    min(r.first_at) AS first_at,
    max(r.last_at) AS last_at,
    min(r.completed_at) AS completed_at,
    min(r.passed_at) AS passed_at,
    sum(r.attempts) AS attempts
FROM their_records AS r
GROUP BY r.person_id, r.activity_id
ORDER BY r.person_id, r.activity_id
