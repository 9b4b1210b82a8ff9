-- All groups with somebody in them are stale now, and all above them.
SELECT 'group' AS subject, group_id AS subject_id FROM peopled_groups
