-- Custom_ids of lines that nobody has, and somebody had: of several the last to lose it is meant. (--new-person: it is somebody
-- else's now.)
SELECT DISTINCT ON (p.former_custom_id) p.former_custom_id AS custom_id, p.id AS person_id, p.name
FROM people AS p
WHERE p.organisation_id = :organisation AND p.custom_id IS NULL
  AND p.former_custom_id IN (SELECT l.custom_id FROM staged_lines AS l)
  AND p.former_custom_id <> ALL (CAST(:new_person AS text[]))
  AND NOT EXISTS (SELECT FROM people AS h WHERE h.organisation_id = :organisation AND h.custom_id = p.former_custom_id)
ORDER BY p.former_custom_id, p.lost_at DESC, p.id DESC
