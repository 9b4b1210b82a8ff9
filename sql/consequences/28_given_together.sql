-- What several lines give one target together: the last non-blank name and image by position; '' stands for <delete>.
-- previous_custom_id is the rename that the source is to be remembered for: one that was carried out rather than another. Who has
-- a custom_id has no former one.
SELECT
    t.person_id, min(t.how) AS how, max(t.custom_id) AS custom_id,
    (array_agg(l.near_custom_id ORDER BY l.custom_id DESC NULLS LAST, l.former_custom_id DESC NULLS LAST))[1] AS near_custom_id,
    max(l.said_in) AS said_in,
    (array_agg(
        l.previous_custom_id
        ORDER BY CASE l.previous_custom_id WHEN x.old THEN 1 WHEN s.previous_custom_id THEN 2 ELSE 3 END, l.line DESC
    ) FILTER (WHERE l.previous_custom_id <> l.custom_id))[1] AS previous_custom_id,
    CASE WHEN max(t.custom_id) IS NULL THEN max(l.former_custom_id) END AS former_custom_id,
    (array_agg(l.name ORDER BY l.line DESC) FILTER (WHERE l.name IS NOT NULL))[1] AS name,
    (array_agg(l.image_url ORDER BY l.line DESC) FILTER (WHERE l.image_url IS NOT NULL))[1] AS image_url,
    min(l.created) AS created,
    bool_or(l.clears_groups OR :groups = 'replace' AND l.names_groups) AS clears_groups
FROM crowded_targets AS c
JOIN targets AS t USING (person_id)
JOIN (
    SELECT coalesce(j.component, s.line) AS component, s.*
    FROM staged_lines AS s
    LEFT JOIN linked_after_contests AS j ON j.line = s.line
    WHERE NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = s.line)
) AS l USING (component)
LEFT JOIN renamed_people AS x ON x.person_id = t.person_id
LEFT JOIN source_people AS s
    ON s.organisation_id = :organisation AND s.source_id = :source AND s.person_id = t.person_id
GROUP BY t.person_id
