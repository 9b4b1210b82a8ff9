-- Whose records became stale, on which level.
SELECT 'people' AS level, person_id AS id FROM affected_people
UNION ALL
SELECT 'groups', group_id FROM affected_with_ancestors
