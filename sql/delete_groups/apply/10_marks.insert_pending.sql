-- Marks for their reporting, which goes, and for that of all groups above them.
SELECT 'group' AS subject, group_id AS subject_id, :import AS caused_by FROM stale_groups
