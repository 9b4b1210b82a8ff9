-- The first personas that stayed where they are, with the line that went on without them and who has them.
SELECT DISTINCT ON (o.line, o.place)
    l.file, l.line_number, o.ifi, o.why, h.custom_id AS holder_custom_id, h.id IS NOT NULL AS is_held
FROM passed_over AS o
JOIN staged_lines AS l USING (line)
LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = o.ifi
LEFT JOIN people AS h ON h.organisation_id = :organisation AND h.id = p.person_id
WHERE o.why IN ('contested', 'takeover', 'pinned', 'since_future', 'had_by_another') AND NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = o.line)
ORDER BY o.line, o.place
LIMIT 5
