-- Lines whose custom_id is perhaps not whose it seems. A former id is rejected unless it is theirs again. One that is nearly
-- somebody's is, where the line claims a persona of theirs, and no line that stands has their id: then both may be real.
WITH stated AS (
    SELECT l.custom_id
    FROM staged_lines AS l
    WHERE NOT EXISTS (SELECT FROM rejected_after_renames AS r WHERE r.line = l.line)
      AND NOT EXISTS (SELECT FROM former_ids AS f WHERE f.custom_id = l.custom_id AND NOT f.theirs)
), claimed AS (
    SELECT DISTINCT ON (n.component) n.component, coalesce(h.custom_id, h.former_custom_id) AS existing
    FROM near_ids AS n
    LEFT JOIN linked_after_contests AS j USING (component)
    JOIN staged_claims AS c ON c.line = coalesce(j.line, n.component)
    JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = c.ifi
    JOIN people AS h
        ON h.organisation_id = :organisation AND h.id = p.person_id AND h.near_custom_id = n.near_custom_id
    WHERE NOT EXISTS (SELECT FROM lost_claims AS o WHERE o.line = c.line AND o.place = c.place)
      AND NOT EXISTS (SELECT FROM stated AS s WHERE s.custom_id = coalesce(h.custom_id, h.former_custom_id))
      AND NOT EXISTS (
        SELECT FROM people AS o
        JOIN unchanged_people AS u ON u.person_id = o.id
        WHERE o.organisation_id = :organisation AND o.custom_id = coalesce(h.custom_id, h.former_custom_id))
    ORDER BY n.component, c.line, c.place
)
SELECT coalesce(j.line, x.component) AS line, x.code, x.value, x.detail
FROM (
    SELECT component, 'former_id' AS code, custom_id AS value, name AS detail FROM former_ids WHERE speaks AND NOT theirs
    UNION ALL
    SELECT n.component, 'near_custom_id', n.custom_id, coalesce(c.existing, n.existing)
    FROM near_ids AS n
    LEFT JOIN claimed AS c USING (component)
    WHERE c.component IS NOT NULL OR :rejects_near_ids
) AS x
LEFT JOIN linked_after_contests AS j USING (component)
