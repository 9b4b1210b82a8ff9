-- The records of these people, rolled up from those of their personas: per activity, and in all; in the order of their key.
CREATE TEMP TABLE fresh_person_activity_records ON COMMIT DROP AS
SELECT
    r.organisation_id, p.person_id, r.activity_id,
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
FROM subjects AS u
CROSS JOIN run
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.person_id = u.id
JOIN persona_activity_records AS r ON r.organisation_id = run.organisation_id AND r.persona_id = p.id
GROUP BY p.person_id, r.activity_id, r.organisation_id
ORDER BY p.person_id, r.activity_id;

CREATE TEMP TABLE fresh_person_records ON COMMIT DROP AS
SELECT
    r.organisation_id, r.person_id,
    CAST(sum(r.interactions) AS bigint) AS interactions,
    count(*) FILTER (WHERE a.iri <> '') AS activities,
    CAST(sum(r.completed) AS bigint) AS completed,
    CAST(sum(r.passed) AS bigint) AS passed,
    CAST(sum(r.failed) AS bigint) AS failed,
    CAST(sum(r.scores) AS bigint) AS scores,
    sum(r.score_sum) AS score_sum,
    sum(r.seconds) AS seconds,
    min(r.first_at) AS first_at,
    max(r.last_at) AS last_at
FROM fresh_person_activity_records AS r
JOIN activities AS a ON a.organisation_id = r.organisation_id AND a.id = r.activity_id
GROUP BY r.person_id, r.organisation_id
ORDER BY r.person_id;
