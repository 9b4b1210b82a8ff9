-- What a report of people with a time or an activity adds up, per person and activity. (Of integers: a sum of bigints is a numeric on
-- the way, which takes ten times as long.)
SELECT
    u.person_id, u.activity_id,
    sum(CAST(u.interactions AS integer)) AS interactions,
    sum(CAST(u.completed AS integer)) AS completed,
    sum(CAST(u.passed AS integer)) AS passed,
    sum(CAST(u.failed AS integer)) AS failed,
    sum(CAST(u.scores AS integer)) AS scores,
    sum_of_few(u.score_sum) AS score_sum,
    sum_of_few(u.seconds) AS seconds,
    min(u.first_at) AS first_at,
    max(u.last_at) AS last_at
FROM shares AS u
WHERE u.person_id IS NOT NULL
GROUP BY u.person_id, u.activity_id
