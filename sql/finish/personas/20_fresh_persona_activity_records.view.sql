-- The records of these personas per activity and month, from their interactions, in the order of their key: so they are
-- added up one after the other, and put in place so.
SELECT
    i.persona_id, i.activity_id, i.month,
    sum(i.attempts) AS attempts,
    count(*) AS interactions,
    sum(i.completed) AS completed,
    sum(i.passed) AS passed,
    sum(i.failed) AS failed,
    sum(i.scores) AS scores,
    coalesce(sum(i.score), 0) AS score_sum,
    max(i.score) AS best_score,
    sum(i.seconds) AS seconds,
    min(i.at) AS first_at,
    max(i.at) AS last_at,
    min(i.completed_at) AS completed_at,
    min(i.passed_at) AS passed_at
FROM subject_personas AS u
JOIN interactions AS i ON i.organisation_id = :organisation AND i.persona_id = u.id
GROUP BY i.persona_id, i.activity_id, i.month
ORDER BY i.persona_id, i.activity_id, i.month
