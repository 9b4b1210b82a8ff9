-- The records of these people per activity, rolled up from those of their personas' spells, in the order of their key.
SELECT
    r.person_id, r.activity_id,
    CAST(sum(r.interactions) AS bigint) AS interactions,
    CAST(sum(r.completed) AS bigint) AS completed,
    CAST(sum(r.passed) AS bigint) AS passed,
    CAST(sum(r.failed) AS bigint) AS failed,
    CAST(sum(r.scores) AS bigint) AS scores,
    sum(r.score_sum) AS score_sum,
    max(r.best_score) AS best_score,
    sum(r.seconds) AS seconds,
    min(r.first_at) AS first_at,
    max(r.last_at) AS last_at,
    min(r.completed_at) AS completed_at,
    min(r.passed_at) AS passed_at,
    CAST(sum(r.attempts) AS bigint) AS attempts
FROM their_records AS r
GROUP BY r.person_id, r.activity_id
ORDER BY r.person_id, r.activity_id
