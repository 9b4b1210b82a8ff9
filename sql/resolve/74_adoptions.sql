-- Components that go to the holder of their first known persona, since nobody's custom_id is theirs, and that holder has and
-- had none. With a custom_id it adopts that person (`adopts`; of several, the first line does); one without just goes there.
-- Somebody with a pinned persona is not adopted: it would come to another custom_id. Nor is somebody through what begins at
-- a moment: the past of it is theirs.
SELECT
    f.component, f.holder_id, k.stated IS NOT NULL AS adopts,
    row_number() OVER (PARTITION BY f.holder_id, k.stated IS NOT NULL ORDER BY f.component) AS nth
FROM (
    SELECT DISTINCT ON (component) component, holder_id, dated
    FROM claims_on_known
    WHERE holder_id IS NOT NULL
    ORDER BY component, line, place
) AS f
JOIN components AS k ON k.component = f.component AND k.person_id IS NULL
JOIN people AS h
    ON h.organisation_id = :organisation AND h.id = f.holder_id
    AND h.custom_id IS NULL AND h.former_custom_id IS NULL
WHERE NOT EXISTS (SELECT FROM told_by_holders AS o WHERE o.component = f.component)
  AND NOT f.dated
  AND (k.stated IS NULL
       OR NOT EXISTS (SELECT FROM personas AS p
                      WHERE p.organisation_id = :organisation AND p.person_id = f.holder_id AND p.pinned))
