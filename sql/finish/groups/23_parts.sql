-- What those add up to that are in one of them alone: by that group, once, for all that it is below.
SELECT
    m.group_id,
    count(*) AS members,
    count(r.person_id) AS active_members,
    sum(r.interactions) AS interactions,
    sum(r.completed) AS completed,
    sum(r.passed) AS passed,
    sum(r.failed) AS failed,
    sum(r.scores) AS scores,
    sum(r.score_sum) AS score_sum,
    sum(r.seconds) AS seconds,
    min(r.first_at) AS first_at,
    max(r.last_at) AS last_at
FROM members AS m
LEFT JOIN person_records AS r ON r.organisation_id = :organisation AND r.person_id = m.person_id
WHERE NOT m.has_others
GROUP BY m.group_id
