-- Which personas are on a page (Learning Locker's persona identifiers), of those that are somebody's, in its order: by one of their
-- fields, if `by` names one, and then by id; each rising, or falling. What a page begins behind is a bound of the ids, where these
-- alone are the order, and else `at` with what that persona has in the field. (Ids, people and identifiers are looked up; all else
-- is looked at persona by persona.)
SELECT s.id
FROM personas AS s
LEFT JOIN imports AS i ON i.organisation_id = :organisation AND i.id = s.changed_by
CROSS JOIN LATERAL (
    SELECT CASE :by
        WHEN 'createdAt' THEN date_trunc('milliseconds', s.created_at)
        WHEN 'updatedAt' THEN date_trunc('milliseconds', greatest(s.created_at, i.ended_at, i.started_at))
    END AS moment
) AS k
WHERE s.organisation_id = :organisation
  AND s.person_id IS NOT NULL
  AND s.id >= CAST(:least AS bigint)
  AND s.id <= CAST(:most AS bigint)
  AND (CAST(:ids AS bigint[]) IS NULL OR s.id = ANY (CAST(:ids AS bigint[])))
  AND (CAST(:people AS bigint[]) IS NULL OR s.person_id = ANY (CAST(:people AS bigint[])))
  AND (CAST(:ifis AS text[]) IS NULL OR s.ifi = ANY (CAST(:ifis AS text[])))
  AND (CAST(:kinds AS text[]) IS NULL OR CAST(s.kind AS text) = ANY (CAST(:kinds AS text[])))
  AND (CAST(:home_pages AS text[]) IS NULL
       OR (s.kind = 'account' AND split_part(s.ifi, ' ', 1) = ANY (CAST(:home_pages AS text[]))))
  AND (CAST(:account_names AS text[]) IS NULL
       OR (s.kind = 'account' AND substr(s.ifi, strpos(s.ifi, ' ') + 1) = ANY (CAST(:account_names AS text[]))))
  AND (CAST(:created_from AS timestamptz) IS NULL OR s.created_at >= CAST(:created_from AS timestamptz))
  AND (CAST(:created_before AS timestamptz) IS NULL OR s.created_at < CAST(:created_before AS timestamptz))
  AND (CAST(:updated_from AS timestamptz) IS NULL
       OR greatest(s.created_at, i.ended_at, i.started_at) >= CAST(:updated_from AS timestamptz))
  AND (CAST(:updated_before AS timestamptz) IS NULL
       OR greatest(s.created_at, i.ended_at, i.started_at) < CAST(:updated_before AS timestamptz))
  AND CASE
      WHEN CAST(:at AS bigint) IS NULL THEN true
      WHEN :by = 'persona' THEN
          (s.person_id <> CAST(:at_person AS bigint) AND (s.person_id > CAST(:at_person AS bigint)) <> :falls)
          OR (s.person_id = CAST(:at_person AS bigint) AND s.id <> :at AND (s.id > :at) <> :ids_fall)
      ELSE
          (k.moment <> CAST(:at_moment AS timestamptz) AND (k.moment > CAST(:at_moment AS timestamptz)) <> :falls)
          OR (k.moment = CAST(:at_moment AS timestamptz) AND s.id <> :at AND (s.id > :at) <> :ids_fall)
      END
  AND s.person_id >= CAST(:least_person AS bigint)
  AND s.person_id <= CAST(:most_person AS bigint)
ORDER BY
    CASE WHEN :by = 'persona' AND NOT CAST(:falls AS boolean) THEN s.person_id END,
    CASE WHEN :by = 'persona' AND CAST(:falls AS boolean) THEN s.person_id END DESC,
    CASE WHEN NOT CAST(:falls AS boolean) THEN k.moment END,
    CASE WHEN CAST(:falls AS boolean) THEN k.moment END DESC,
    CASE WHEN NOT CAST(:ids_fall AS boolean) THEN s.id END,
    CASE WHEN CAST(:ids_fall AS boolean) THEN s.id END DESC
LIMIT :limit OFFSET :skipped
