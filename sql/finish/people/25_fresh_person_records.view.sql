-- The records of these people in all, from those per activity.
SELECT
    r.person_id,
    CAST(sum(r.interactions) AS bigint) AS interactions,
    count(*) FILTER (WHERE r.activity_id IS DISTINCT FROM (
        SELECT a.id FROM activities AS a WHERE a.organisation_id = :organisation AND a.iri = '')) AS activities,
    CAST(sum(r.completed) AS bigint) AS completed,
    CAST(sum(r.passed) AS bigint) AS passed,
    CAST(sum(r.failed) AS bigint) AS failed,
    CAST(sum(r.scores) AS bigint) AS scores,
    sum(r.score_sum) AS score_sum,
    sum(r.seconds) AS seconds,
    min(r.first_at) AS first_at,
    max(r.last_at) AS last_at
FROM subject_activity_records AS r
GROUP BY r.person_id
ORDER BY r.person_id
