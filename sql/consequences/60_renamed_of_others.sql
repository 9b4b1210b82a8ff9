-- Renames of people whom this source has never given, and another has: each with the first line that says so.
SELECT min(l.line) AS line, r.old
FROM renamed_people AS r
JOIN staged_lines AS l ON l.custom_id = r.new AND l.previous_custom_id = r.old
WHERE NOT EXISTS (
    SELECT FROM source_people AS s
    WHERE s.organisation_id = :organisation AND s.source_id = :source AND s.person_id = r.person_id)
  AND EXISTS (SELECT FROM source_people AS s WHERE s.organisation_id = :organisation AND s.person_id = r.person_id)
GROUP BY r.old
