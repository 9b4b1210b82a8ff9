-- The records of these personas per activity, from their statements: voided ones and voiding ones do not count.
CREATE TEMP TABLE fresh_persona_activity_records ON COMMIT DROP AS
SELECT
    s.organisation_id, s.persona_id, s.activity_id,
    count(*) AS interactions,
    count(*) FILTER (WHERE s.completion) AS completed,
    count(*) FILTER (WHERE s.success) AS passed,
    count(*) FILTER (WHERE NOT s.success) AS failed,
    count(s.score) AS scores,
    coalesce(sum(s.score), 0) AS score_sum,
    max(s.score) AS best_score,
    coalesce(sum(s.seconds), 0) AS seconds,
    min(s.at) AS first_at,
    max(s.at) AS last_at,
    min(s.at) FILTER (WHERE s.completion) AS completed_at,
    min(s.at) FILTER (WHERE s.success) AS passed_at
FROM subjects AS u
CROSS JOIN run
JOIN statements AS s ON s.organisation_id = run.organisation_id AND s.persona_id = u.id
WHERE s.voids IS NULL
  AND NOT EXISTS (SELECT FROM statements AS v WHERE v.organisation_id = s.organisation_id AND v.voids = s.id)
GROUP BY s.organisation_id, s.persona_id, s.activity_id;
