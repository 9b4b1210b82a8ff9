-- Marks for what became stale.
SELECT 'person' AS subject, person_id AS subject_id, :import AS caused_by FROM affected_people
UNION ALL
SELECT 'group', group_id, :import FROM affected_with_ancestors
