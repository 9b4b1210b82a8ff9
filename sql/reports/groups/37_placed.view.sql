-- Of those who have interactions, what each has, with one of the groups that they are in, of these with all their descendants; and
-- whether they are in others too.
SELECT
    t.person_id,
    min(m.group_id) AS group_id,
    min(m.group_id) <> max(m.group_id) AS has_others,
    CAST(min(t.interactions) AS integer) AS interactions,
    CAST(min(t.completed) AS integer) AS completed,
    CAST(min(t.scores) AS integer) AS scores,
    min(t.score_sum) AS score_sum,
    min(t.seconds) AS seconds,
    min(t.last_at) AS last_at
FROM totals AS t
JOIN memberships AS m ON m.organisation_id = :organisation AND m.person_id = t.person_id
WHERE CAST(:summed AS boolean) AND m.group_id IN (SELECT descendant_id FROM descendants)
GROUP BY t.person_id
