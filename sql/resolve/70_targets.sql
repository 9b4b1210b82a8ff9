-- To whom each component's personas go: the person with its customId, the holder of its first known persona if that
-- holder has no customId (with a customId it adopts that person; of several, the first line does), or somebody new.
-- Somebody with a pinned persona is not adopted: it would come to another customId.
CREATE TEMP TABLE candidates ON COMMIT DROP AS
SELECT
    f.component, f.holder_id, k.custom_id IS NOT NULL AS adopts,
    row_number() OVER (PARTITION BY f.holder_id, k.custom_id IS NOT NULL ORDER BY f.component) AS nth
FROM run
CROSS JOIN (
    SELECT DISTINCT ON (component) component, holder_id
    FROM claims
    WHERE persona_id IS NOT NULL
    ORDER BY component, line, place
) AS f
JOIN components AS k ON k.component = f.component AND k.person_id IS NULL
JOIN people AS h ON h.organisation_id = run.organisation_id AND h.id = f.holder_id AND h.custom_id IS NULL
LEFT JOIN (
    SELECT DISTINCT p.person_id FROM run JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.pinned
) AS keeper ON keeper.person_id = f.holder_id
WHERE k.custom_id IS NULL OR keeper.person_id IS NULL;
ANALYZE candidates;

CREATE TEMP TABLE newcomers ON COMMIT DROP AS
SELECT k.component, row_number() OVER (ORDER BY k.component) AS nth
FROM components AS k
WHERE k.person_id IS NULL
  AND EXISTS (SELECT FROM claims AS c WHERE c.component = k.component)
  AND NOT EXISTS (SELECT FROM candidates AS d
                  WHERE d.component = k.component AND (NOT d.adopts OR d.nth = 1));

-- A block of ids, one reservation at a time.
SELECT pg_advisory_lock(7305, 0);
CREATE TEMP TABLE person_block ON COMMIT DROP AS
SELECT setval('person_ids', nextval('person_ids') + n) - n AS base
FROM (SELECT count(*) AS n FROM newcomers) AS counted;
SELECT pg_advisory_unlock(7305, 0);
ANALYZE person_block;

CREATE TEMP TABLE targets ON COMMIT DROP AS
SELECT component, person_id, 'known' AS how, stated, custom_id
FROM components
WHERE person_id IS NOT NULL
UNION ALL
SELECT component, d.holder_id, CASE WHEN d.adopts THEN 'adopted' ELSE 'found' END, k.stated, k.custom_id
FROM candidates AS d
JOIN components AS k USING (component)
WHERE NOT d.adopts OR d.nth = 1
UNION ALL
SELECT component, b.base + n.nth, 'new', k.stated, k.custom_id
FROM newcomers AS n
JOIN components AS k USING (component)
CROSS JOIN person_block AS b;
ANALYZE targets;
