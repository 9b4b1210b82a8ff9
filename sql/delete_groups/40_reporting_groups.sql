-- Those of them whose reporting says anything: somebody is in them, or in a group below them.
WITH RECURSIVE below (group_id, descendant_id) AS (
    SELECT d.group_id, d.group_id FROM deleted_groups AS d
    UNION
    SELECT b.group_id, g.group_id
    FROM below AS b
    JOIN group_parents AS g ON g.organisation_id = :organisation AND g.parent_id = b.descendant_id
)
SELECT DISTINCT b.group_id
FROM below AS b
WHERE EXISTS (
    SELECT FROM memberships AS m WHERE m.organisation_id = :organisation AND m.group_id = b.descendant_id)
