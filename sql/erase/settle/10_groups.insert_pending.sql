-- Marks for the groups that they have left, and for all above these.
SELECT 'group' AS subject, group_id AS subject_id, :import AS caused_by FROM affected_with_ancestors
