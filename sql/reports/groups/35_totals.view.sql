-- Per person, what a report of groups adds up.
SELECT
    u.person_id,
    CAST(sum(u.interactions) AS bigint) AS interactions,
    CAST(sum(u.completed) AS bigint) AS completed,
    CAST(sum(u.scores) AS bigint) AS scores,
    sum(u.score_sum) AS score_sum,
    sum(u.seconds) AS seconds,
    max(u.last_at) AS last_at
FROM shares AS u
WHERE u.person_id IS NOT NULL
GROUP BY u.person_id
