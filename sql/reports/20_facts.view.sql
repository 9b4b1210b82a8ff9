-- What a report with a time or an activity adds up, per person and activity.
SELECT
    u.person_id, u.activity_id,
    CAST(sum(u.interactions) AS bigint) AS interactions,
    CAST(sum(u.completed) AS bigint) AS completed,
    CAST(sum(u.passed) AS bigint) AS passed,
    CAST(sum(u.failed) AS bigint) AS failed,
    CAST(sum(u.scores) AS bigint) AS scores,
    sum(u.score_sum) AS score_sum,
    sum(u.seconds) AS seconds,
    min(u.first_at) AS first_at,
    max(u.last_at) AS last_at
FROM shares AS u
WHERE u.person_id IS NOT NULL
GROUP BY u.person_id, u.activity_id
