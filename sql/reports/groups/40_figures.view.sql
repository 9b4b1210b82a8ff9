-- The groups' figures: as they stand in their records, or who is in them by these, and what of these have interactions by who has
-- them. Who is in one group alone is added up there, once for all that it is below; who is in several counts in each above them,
-- once.
SELECT r.group_id, r.members, r.active_members, r.interactions, r.completed, r.scores, r.score_sum, r.seconds, r.last_at
FROM group_records AS r
WHERE NOT CAST(:summed AS boolean) AND r.organisation_id = :organisation
UNION ALL
SELECT
    p.group_id,
    CAST(sum(p.members) AS bigint),
    CAST(sum(p.active_members) AS bigint),
    CAST(sum(p.interactions) AS bigint),
    CAST(sum(p.completed) AS bigint),
    CAST(sum(p.scores) AS bigint),
    sum(p.score_sum),
    sum(p.seconds),
    max(p.last_at)
FROM (
    SELECT
        r.group_id, r.members, 0 AS active_members, NULL AS interactions, NULL AS completed, NULL AS scores, NULL AS score_sum,
        NULL AS seconds, NULL AS last_at
    FROM group_records AS r
    WHERE r.organisation_id = :organisation
    UNION ALL
    SELECT d.group_id, 0, a.active_members, a.interactions, a.completed, a.scores, a.score_sum, a.seconds, a.last_at
    FROM (
        SELECT
            t.group_id,
            count(*) AS active_members,
            sum(t.interactions) AS interactions,
            sum(t.completed) AS completed,
            sum(t.scores) AS scores,
            sum(t.score_sum) AS score_sum,
            sum(t.seconds) AS seconds,
            max(t.last_at) AS last_at
        FROM placed AS t
        WHERE NOT t.has_others
        GROUP BY t.group_id
    ) AS a
    JOIN descendants AS d ON d.descendant_id = a.group_id
    UNION ALL
    SELECT o.group_id, 0, 1, t.interactions, t.completed, t.scores, t.score_sum, t.seconds, t.last_at
    FROM (
        SELECT DISTINCT d.group_id, t.person_id
        FROM placed AS t
        JOIN memberships AS s ON s.organisation_id = :organisation AND s.person_id = t.person_id
        JOIN descendants AS d ON d.descendant_id = s.group_id
        WHERE t.has_others
    ) AS o
    JOIN placed AS t ON t.person_id = o.person_id AND t.has_others
) AS p
WHERE CAST(:summed AS boolean)
GROUP BY p.group_id
