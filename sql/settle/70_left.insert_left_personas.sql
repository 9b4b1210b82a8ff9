-- What lines that went on claim, and do not get: which line, whom it is of, who has it, and why it stays.
SELECT
    :import AS import_id, p.id AS persona_id, l.said_in, min(o.why) AS why, p.person_id AS holder_id,
    t.person_id AS claimant_id
FROM passed_over AS o
JOIN staged_lines AS l USING (line)
JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = o.ifi
LEFT JOIN linked_after_contests AS j ON j.line = o.line
LEFT JOIN targets AS t ON t.component = coalesce(j.component, o.line)
WHERE o.why IN ('contested', 'takeover', 'pinned', 'since_future', 'had_by_another')
  AND NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = o.line)
GROUP BY p.id, l.said_in, p.person_id, t.person_id
