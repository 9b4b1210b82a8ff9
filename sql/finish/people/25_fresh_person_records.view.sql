-- The records of these people in all, from those per activity.
SELECT
    r.person_id,
    sum(CAST(r.interactions AS integer)) AS interactions,
    count(*) FILTER (WHERE r.activity_id IS DISTINCT FROM (
        SELECT a.id FROM activities AS a WHERE a.organisation_id = :organisation AND a.iri = '')) AS activities,
    sum(CAST(r.completed AS integer)) AS completed,
    sum(CAST(r.passed AS integer)) AS passed,
    sum(CAST(r.failed AS integer)) AS failed,
    sum(CAST(r.scores AS integer)) AS scores,
    sum_of_few(r.score_sum) AS score_sum,
    sum_of_few(r.seconds) AS seconds,
    min(r.first_at) AS first_at,
    max(r.last_at) AS last_at
FROM subject_activity_records AS r
GROUP BY r.person_id
ORDER BY r.person_id
