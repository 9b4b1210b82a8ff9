-- People whom a filter of Learning Locker's personas finds. (All but the ids is looked at person by person.)
SELECT p.id, p.name, p.created_at, greatest(p.created_at, i.ended_at, i.started_at) AS updated_at
FROM people AS p
LEFT JOIN imports AS i ON i.organisation_id = :organisation AND i.id = p.changed_by
WHERE p.organisation_id = :organisation
  AND p.id >= CAST(:least AS bigint)
  AND p.id <= CAST(:most AS bigint)
  AND (CAST(:ids AS bigint[]) IS NULL OR p.id = ANY (CAST(:ids AS bigint[])))
  AND (CAST(:names AS text[]) IS NULL OR p.name = ANY (CAST(:names AS text[])))
  AND (CAST(:named AS boolean) IS NULL OR (p.name IS NOT NULL) = CAST(:named AS boolean))
  AND (CAST(:created_from AS timestamptz) IS NULL OR p.created_at >= CAST(:created_from AS timestamptz))
  AND (CAST(:created_before AS timestamptz) IS NULL OR p.created_at < CAST(:created_before AS timestamptz))
  AND (CAST(:updated_from AS timestamptz) IS NULL
       OR greatest(p.created_at, i.ended_at, i.started_at) >= CAST(:updated_from AS timestamptz))
  AND (CAST(:updated_before AS timestamptz) IS NULL
       OR greatest(p.created_at, i.ended_at, i.started_at) < CAST(:updated_before AS timestamptz))
