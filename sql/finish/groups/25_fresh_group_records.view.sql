-- The records of these groups: rolled up from those of the members where there are no groups below (who has none is only
-- counted, and that needs no more than an index); else from those parts, and from the records of those who are in several
-- groups, each once.
SELECT
    p.group_id,
    CAST(sum(p.members) AS bigint) AS members,
    CAST(sum(p.active_members) AS bigint) AS active_members,
    CAST(coalesce(sum(p.interactions), 0) AS bigint) AS interactions,
    CAST(coalesce(sum(p.completed), 0) AS bigint) AS completed,
    CAST(coalesce(sum(p.passed), 0) AS bigint) AS passed,
    CAST(coalesce(sum(p.failed), 0) AS bigint) AS failed,
    CAST(coalesce(sum(p.scores), 0) AS bigint) AS scores,
    coalesce(sum(p.score_sum), 0) AS score_sum,
    coalesce(sum(p.seconds), 0) AS seconds,
    min(p.first_at) AS first_at,
    max(p.last_at) AS last_at
FROM (
    SELECT
        f.group_id, count(*) AS members, 0 AS active_members, NULL AS interactions, NULL AS completed, NULL AS passed,
        NULL AS failed, NULL AS scores, NULL AS score_sum, NULL AS seconds, NULL AS first_at, NULL AS last_at
    FROM flat_members AS f
    GROUP BY f.group_id
    UNION ALL
    SELECT
        f.group_id, 0, count(*), sum(r.interactions), sum(r.completed), sum(r.passed), sum(r.failed), sum(r.scores),
        sum(r.score_sum), sum(r.seconds), min(r.first_at), max(r.last_at)
    FROM flat_members AS f
    JOIN person_records AS r ON r.organisation_id = :organisation AND r.person_id = f.person_id
    GROUP BY f.group_id
    UNION ALL
    SELECT
        b.group_id, a.members, a.active_members, a.interactions, a.completed, a.passed, a.failed, a.scores, a.score_sum,
        a.seconds, a.first_at, a.last_at
    FROM nested AS b
    JOIN parts AS a ON a.group_id = b.descendant_id
    UNION ALL
    SELECT
        o.group_id, 1, CAST(r.person_id IS NOT NULL AS integer), r.interactions, r.completed, r.passed, r.failed, r.scores,
        r.score_sum, r.seconds, r.first_at, r.last_at
    FROM (
        SELECT DISTINCT b.group_id, m.person_id
        FROM members AS m
        JOIN memberships AS s ON s.organisation_id = :organisation AND s.person_id = m.person_id
        JOIN nested AS b ON b.descendant_id = s.group_id
        WHERE m.has_others
    ) AS o
    LEFT JOIN person_records AS r ON r.organisation_id = :organisation AND r.person_id = o.person_id
) AS p
GROUP BY p.group_id
