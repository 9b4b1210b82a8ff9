-- The groups' figures: as they stand in their records, or from those of their members, each person once.
SELECT r.group_id, r.members, r.active_members, r.interactions, r.completed, r.scores, r.score_sum, r.seconds, r.last_at
FROM group_records AS r
WHERE NOT CAST(:summed AS boolean) AND r.organisation_id = :organisation
UNION ALL
SELECT
    m.group_id,
    count(*),
    count(t.person_id),
    CAST(sum(t.interactions) AS bigint),
    CAST(sum(t.completed) AS bigint),
    CAST(sum(t.scores) AS bigint),
    sum(t.score_sum),
    sum(t.seconds),
    max(t.last_at)
FROM members AS m
LEFT JOIN totals AS t ON t.person_id = m.person_id
WHERE CAST(:summed AS boolean)
GROUP BY m.group_id
