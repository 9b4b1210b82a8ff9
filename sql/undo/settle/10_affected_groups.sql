-- The groups whose reporting changes: of people whose interactions do, and where somebody is in a group, or a group with
-- somebody in it below another, who was not, or was and is not any more, by anybody's word. (Ties are looked up one by one:
-- all memberships need not be read for a few.)
SELECT group_id FROM groups_before
UNION
SELECT group_id FROM left_groups
UNION
SELECT group_id FROM joined_groups
UNION
SELECT m.group_id
FROM affected_people AS a
JOIN memberships AS m ON m.organisation_id = :organisation AND m.person_id = a.person_id
UNION
SELECT t.group_id
FROM ties AS t
LEFT JOIN LATERAL (
    SELECT m.person_id
    FROM memberships AS m
    WHERE m.organisation_id = :organisation AND m.person_id = t.person_id AND m.group_id = t.group_id
    LIMIT 1
) AS m ON true
WHERE t.tied = (m.person_id IS NULL)
UNION
SELECT t.parent_id
FROM parent_ties AS t
LEFT JOIN peopled_groups AS p USING (group_id)
WHERE CASE WHEN t.tied THEN t.peopled ELSE p.group_id IS NOT NULL END
  AND t.tied <> EXISTS (
    SELECT FROM group_parents AS g
    WHERE g.organisation_id = :organisation AND g.group_id = t.group_id AND g.parent_id = t.parent_id)
