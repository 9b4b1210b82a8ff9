-- Every component that is not rejected, by its first line: the custom_id that its lines state, and whose that is, or was (of
-- a wish: whom it is about; of a line that names nobody: who has had what it says). `adds`: somebody is wished who has not been
-- known by a custom_id.
SELECT
    c.component, c.custom_id AS stated, coalesce(w.person_id, p.id, f.person_id, e.person_id) AS person_id,
    w.line IS NOT NULL AND w.person_id IS NULL AS adds
FROM (
    SELECT l.line AS component, l.custom_id
    FROM staged_lines AS l
    WHERE NOT EXISTS (SELECT FROM linked_after_contests AS j WHERE j.line = l.line)
      AND NOT EXISTS (SELECT FROM rejected_after_ids AS r WHERE r.line = l.line)
    UNION ALL
    SELECT j.component, max(j.custom_id)
    FROM linked_after_contests AS j
    WHERE NOT EXISTS (SELECT FROM rejected_after_ids AS r WHERE r.line = j.line)
    GROUP BY j.component
) AS c
LEFT JOIN wishes_of_one_person AS w ON w.line = c.component
LEFT JOIN found_by_spells AS e ON e.line = c.component
LEFT JOIN people AS p ON p.organisation_id = :organisation AND p.custom_id = c.custom_id
LEFT JOIN former_ids AS f ON f.custom_id = c.custom_id AND f.theirs
