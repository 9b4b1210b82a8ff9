-- The groups' figures from those of their members, each person once.
CREATE TEMP TABLE figures ON COMMIT DROP AS
SELECT
    m.group_id,
    count(*) AS members,
    count(t.person_id) AS active_members,
    CAST(sum(t.interactions) AS bigint) AS interactions,
    CAST(sum(t.completed) AS bigint) AS completed,
    CAST(sum(t.scores) AS bigint) AS scores,
    sum(t.score_sum) AS score_sum,
    sum(t.seconds) AS seconds,
    max(t.last_at) AS last_at
FROM members AS m
LEFT JOIN totals AS t ON t.person_id = m.person_id
GROUP BY m.group_id
