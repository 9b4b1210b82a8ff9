-- The records of these personas per activity, month and spell, from their interactions, in the order of their key: so they are
-- added up one after the other, and put in place so. (What has a time, or a score, is counted by that: what is sorted is narrow.)
SELECT
    i.persona_id, i.activity_id, i.month,
    sum(i.attempts) AS attempts,
    count(*) AS interactions,
    count(i.completed_at) AS completed,
    count(i.passed_at) AS passed,
    sum(i.failed) AS failed,
    count(i.score) AS scores,
    coalesce(sum_of_few(i.score), 0) AS score_sum,
    max(i.score) AS best_score,
    sum_of_few(i.seconds) AS seconds,
    min(i.at) AS first_at,
    max(i.at) AS last_at,
    min(i.completed_at) AS completed_at,
    min(i.passed_at) AS passed_at,
    coalesce(s.begins_at, '-infinity') AS begins_at
FROM subject_interactions AS i
LEFT JOIN subject_spells AS s ON s.persona_id = i.persona_id AND s.begins_at <= i.at AND i.at < s.ends_at
GROUP BY i.persona_id, i.activity_id, i.month, coalesce(s.begins_at, '-infinity')
ORDER BY i.persona_id, i.activity_id, i.month, coalesce(s.begins_at, '-infinity')
