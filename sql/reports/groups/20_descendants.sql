-- Every group that a report shows with all its descendants, and itself.
WITH RECURSIVE descendants (group_id, descendant_id) AS (
    SELECT u.id, u.id FROM subjects AS u
    UNION
    SELECT d.group_id, g.group_id
    FROM descendants AS d
    JOIN group_parents AS g ON g.organisation_id = :organisation AND g.parent_id = d.descendant_id
)
SELECT group_id, descendant_id FROM descendants
