-- Which personas are on a page (Learning Locker's persona identifiers), in its order: by one of their fields, if `by` names one, and
-- then by id; each rising, or falling. What a page begins behind is a bound of the ids, where these alone are the order, and else
-- `at` with what that persona has in the field.
SELECT f.id
FROM found_identifiers AS f
CROSS JOIN LATERAL (
    SELECT CASE :by
        WHEN 'createdAt' THEN date_trunc('milliseconds', f.created_at)
        WHEN 'updatedAt' THEN date_trunc('milliseconds', f.updated_at)
    END AS moment
) AS k
WHERE CASE
      WHEN CAST(:at AS bigint) IS NULL THEN true
      WHEN :by = 'persona' THEN
          (f.person_id <> CAST(:at_person AS bigint) AND (f.person_id > CAST(:at_person AS bigint)) <> :falls)
          OR (f.person_id = CAST(:at_person AS bigint) AND f.id <> :at AND (f.id > :at) <> :ids_fall)
      ELSE
          (k.moment <> CAST(:at_moment AS timestamptz) AND (k.moment > CAST(:at_moment AS timestamptz)) <> :falls)
          OR (k.moment = CAST(:at_moment AS timestamptz) AND f.id <> :at AND (f.id > :at) <> :ids_fall)
      END
  AND f.person_id >= CAST(:least_person AS bigint)
  AND f.person_id <= CAST(:most_person AS bigint)
ORDER BY
    CASE WHEN :by = 'persona' AND NOT CAST(:falls AS boolean) THEN f.person_id END,
    CASE WHEN :by = 'persona' AND CAST(:falls AS boolean) THEN f.person_id END DESC,
    CASE WHEN NOT CAST(:falls AS boolean) THEN k.moment END,
    CASE WHEN CAST(:falls AS boolean) THEN k.moment END DESC,
    CASE WHEN NOT CAST(:ids_fall AS boolean) THEN f.id END,
    CASE WHEN CAST(:ids_fall AS boolean) THEN f.id END DESC
LIMIT :limit OFFSET :skipped
