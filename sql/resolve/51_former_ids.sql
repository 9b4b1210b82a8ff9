-- Lines with a custom_id that is lost. It is `theirs` again where the line says so (by itself as the previous one), or has an
-- identifier that is or was theirs, or their name, or one that lines without a custom_id say of whose identifiers they have; where
-- it has neither, nothing `speaks` against them. (A wish of a person says whose it is.)
WITH named AS (
    SELECT coalesce(j.component, l.line) AS component, f.custom_id, f.person_id, f.name
    FROM lost_ids AS f
    JOIN staged_lines AS l USING (custom_id)
    LEFT JOIN linked_after_contests AS j ON j.line = l.line
    WHERE NOT EXISTS (SELECT FROM rejected_after_renames AS r WHERE r.line = l.line)
      AND NOT EXISTS (SELECT FROM wishes_of_one_person AS w WHERE w.line = l.line AND w.person_id IS NOT NULL)
    GROUP BY coalesce(j.component, l.line), f.custom_id, f.person_id, f.name
), nameless AS (
    SELECT DISTINCT coalesce(j.component, c.line) AS component
    FROM lost_ids AS f
    JOIN personas AS p ON p.organisation_id = :organisation AND p.person_id = f.person_id
    JOIN staged_claims AS c ON c.ifi = p.ifi
    JOIN staged_lines AS l ON l.line = c.line AND l.custom_id IS NULL
    LEFT JOIN linked_after_contests AS j ON j.line = c.line
    WHERE j.custom_id IS NULL
      AND NOT EXISTS (SELECT FROM lost_claims AS o WHERE o.line = c.line AND o.place = c.place)
      AND NOT EXISTS (SELECT FROM rejected_after_renames AS r WHERE r.line = c.line)
), said AS (
    SELECT min(h.id) AS person_id, array_agg(DISTINCT lower(l.name)) AS names
    FROM nameless AS n
    LEFT JOIN linked_after_contests AS j USING (component)
    JOIN staged_lines AS l ON l.line = coalesce(j.line, n.component)
    LEFT JOIN staged_claims AS c
        ON c.line = l.line AND NOT EXISTS (SELECT FROM lost_claims AS o WHERE o.line = c.line AND o.place = c.place)
    LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = c.ifi
    LEFT JOIN people AS h
        ON h.organisation_id = :organisation AND h.id = p.person_id AND coalesce(h.custom_id, h.former_custom_id) IS NOT NULL
    GROUP BY n.component
    HAVING min(h.id) = max(h.id)
)
SELECT
    n.component, n.custom_id, n.person_id, n.name,
    bool_or(l.previous_custom_id = n.custom_id OR lower(l.name) = lower(n.name)
            OR EXISTS (SELECT FROM said AS s WHERE s.person_id = n.person_id AND lower(l.name) = ANY (s.names))
            OR c.person_id = n.person_id
            OR EXISTS (SELECT FROM closed_spells AS s
                       WHERE s.organisation_id = :organisation AND s.persona_id = c.persona_id
                         AND s.person_id = n.person_id)) IS TRUE AS theirs,
    bool_or(l.name <> '' OR c.line IS NOT NULL) IS TRUE AS speaks
FROM named AS n
LEFT JOIN linked_after_contests AS j USING (component)
JOIN staged_lines AS l ON l.line = coalesce(j.line, n.component)
LEFT JOIN (
    SELECT c.line, c.place, p.id AS persona_id, p.person_id
    FROM staged_claims AS c
    LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = c.ifi
    WHERE NOT EXISTS (SELECT FROM lost_claims AS o WHERE o.line = c.line AND o.place = c.place)
) AS c ON c.line = l.line
GROUP BY n.component, n.custom_id, n.person_id, n.name
