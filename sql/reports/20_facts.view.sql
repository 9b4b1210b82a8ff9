-- What a report of people with a time or an activity adds up, per person and activity. (In integers, as records are: a sum of
-- bigints is a numeric on the way, which takes ten times as long.)
SELECT
    u.person_id, u.activity_id,
    CAST(sum(u.interactions) AS integer) AS interactions,
    CAST(sum(u.completed) AS integer) AS completed,
    CAST(sum(u.passed) AS integer) AS passed,
    CAST(sum(u.failed) AS integer) AS failed,
    CAST(sum(u.scores) AS integer) AS scores,
    sum_of_few(u.score_sum) AS score_sum,
    sum_of_few(u.seconds) AS seconds,
    min(u.first_at) AS first_at,
    max(u.last_at) AS last_at
FROM shares AS u
WHERE u.person_id IS NOT NULL
GROUP BY u.person_id, u.activity_id
