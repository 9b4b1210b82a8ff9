-- Lines with a custom_id that nobody has or had, and that is nearly somebody's: by its component, with one of those. (The
-- index has them in this order. `near_misses` are personas, not custom_ids.)
SELECT x.component, x.custom_id, x.near_custom_id, coalesce(n.custom_id, n.former_custom_id) AS existing
FROM (
    SELECT coalesce(j.component, l.line) AS component, l.custom_id, l.near_custom_id
    FROM staged_lines AS l
    LEFT JOIN linked_after_contests AS j ON j.line = l.line
    WHERE l.custom_id <> ALL (CAST(:accept_near AS text[]))
      AND EXISTS (
        SELECT FROM people AS p
        WHERE p.organisation_id = :organisation AND p.near_custom_id = l.near_custom_id
          AND coalesce(p.custom_id, p.former_custom_id) <> l.custom_id)
      AND NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = :organisation AND p.custom_id = l.custom_id)
      AND NOT EXISTS (SELECT FROM former_ids AS f WHERE f.custom_id = l.custom_id)
      AND NOT EXISTS (SELECT FROM rejected_after_renames AS r WHERE r.line = l.line)
      AND NOT EXISTS (SELECT FROM wishes_of_one_person AS w WHERE w.line = l.line AND w.person_id IS NOT NULL)
    GROUP BY coalesce(j.component, l.line), l.custom_id, l.near_custom_id
) AS x
CROSS JOIN LATERAL (
    SELECT p.custom_id, p.former_custom_id
    FROM people AS p
    WHERE p.organisation_id = :organisation AND p.near_custom_id = x.near_custom_id
      AND coalesce(p.custom_id, p.former_custom_id) <> x.custom_id
    ORDER BY p.near_custom_id, p.custom_id
    LIMIT 1
) AS n
