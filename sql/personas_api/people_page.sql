-- Who is on a page of people (Learning Locker's personas), in its order: by one of their fields, if `by` names one, and then by id;
-- each rising, or falling. What a page begins behind is a bound of the ids, where these alone are the order, and else `at` with
-- what that person has in the field. (All but the ids is looked at person by person.)
SELECT p.id
FROM people AS p
LEFT JOIN imports AS i ON i.organisation_id = :organisation AND i.id = p.changed_by
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN :by = 'name' THEN coalesce(p.name, '') END COLLATE "C" AS called,
        CASE :by
            WHEN 'createdAt' THEN date_trunc('milliseconds', p.created_at)
            WHEN 'updatedAt' THEN date_trunc('milliseconds', greatest(p.created_at, i.ended_at, i.started_at))
        END AS moment
) AS k
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
  AND CASE
      WHEN CAST(:at AS bigint) IS NULL THEN true
      WHEN :by = 'name' THEN
          (k.called <> :at_text AND (k.called > :at_text) <> :falls)
          OR (k.called = :at_text AND p.id <> :at AND (p.id > :at) <> :ids_fall)
      ELSE
          (k.moment <> CAST(:at_moment AS timestamptz) AND (k.moment > CAST(:at_moment AS timestamptz)) <> :falls)
          OR (k.moment = CAST(:at_moment AS timestamptz) AND p.id <> :at AND (p.id > :at) <> :ids_fall)
      END
ORDER BY
    CASE WHEN NOT CAST(:falls AS boolean) THEN k.called END,
    CASE WHEN CAST(:falls AS boolean) THEN k.called END DESC,
    CASE WHEN NOT CAST(:falls AS boolean) THEN k.moment END,
    CASE WHEN CAST(:falls AS boolean) THEN k.moment END DESC,
    CASE WHEN NOT CAST(:ids_fall AS boolean) THEN p.id END,
    CASE WHEN CAST(:ids_fall AS boolean) THEN p.id END DESC
LIMIT :limit OFFSET :skipped
