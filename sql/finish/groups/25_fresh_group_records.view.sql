-- The records of these groups, rolled up from those of their members.
SELECT
    m.group_id,
    count(*) AS members,
    count(r.person_id) AS active_members,
    CAST(coalesce(sum(r.interactions), 0) AS bigint) AS interactions,
    CAST(coalesce(sum(r.completed), 0) AS bigint) AS completed,
    CAST(coalesce(sum(r.passed), 0) AS bigint) AS passed,
    CAST(coalesce(sum(r.failed), 0) AS bigint) AS failed,
    CAST(coalesce(sum(r.scores), 0) AS bigint) AS scores,
    coalesce(sum(r.score_sum), 0) AS score_sum,
    coalesce(sum(r.seconds), 0) AS seconds,
    min(r.first_at) AS first_at,
    max(r.last_at) AS last_at
FROM members AS m
LEFT JOIN person_records AS r ON r.organisation_id = :organisation AND r.person_id = m.person_id
GROUP BY m.group_id
