-- Who gets another custom_id, with the old one and the new one.
SELECT r.person_id, r.old, r.new, min(l.near_custom_id) AS near_custom_id, min(l.said_in) AS said_in
FROM renames AS r
JOIN staged_lines AS l ON l.custom_id = r.new AND l.previous_custom_id = r.old
WHERE r.person_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM rename_conflicts AS c WHERE c.custom_id = r.new)
GROUP BY r.person_id, r.old, r.new
