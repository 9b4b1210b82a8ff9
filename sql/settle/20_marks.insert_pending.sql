-- Marks for what became stale; no people, where their records are made at once.
SELECT 'person' AS subject, person_id AS subject_id, :import AS caused_by FROM affected_people WHERE NOT :at_once
UNION ALL
SELECT 'group', group_id, :import FROM affected_with_ancestors
