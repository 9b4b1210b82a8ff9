-- People whose custom_id changes: a line with a custom_id (new) and a previous one (old) gives the new one to the person
-- who has the old one. Nothing is to be done where this source has said so before of the one who has the new one, or where
-- nobody has the old one any more (person_id null; such lines are looked at only for what others say of the old one). Where
-- nobody has either, the one who had the old one last is meant.
SELECT l.previous_custom_id AS old, l.custom_id AS new, coalesce(o.id, f.id) AS person_id, n.id AS holder_id, n.name AS holder_name
FROM (
    SELECT DISTINCT s.custom_id, s.previous_custom_id
    FROM staged_lines AS s
    WHERE s.previous_custom_id <> s.custom_id
      AND NOT EXISTS (SELECT FROM rejected_after_contests AS r WHERE r.line = s.line)
) AS l
LEFT JOIN people AS o ON o.organisation_id = :organisation AND o.custom_id = l.previous_custom_id
LEFT JOIN people AS n ON n.organisation_id = :organisation AND n.custom_id = l.custom_id
LEFT JOIN LATERAL (
    SELECT p.id
    FROM people AS p
    WHERE p.organisation_id = :organisation AND p.former_custom_id = l.previous_custom_id AND p.custom_id IS NULL
    ORDER BY p.lost_at DESC, p.id DESC
    LIMIT 1
) AS f ON o.id IS NULL AND n.id IS NULL
LEFT JOIN source_people AS s
    ON s.organisation_id = :organisation AND s.source_id = :source AND s.person_id = n.id
WHERE s.previous_custom_id IS DISTINCT FROM l.previous_custom_id
