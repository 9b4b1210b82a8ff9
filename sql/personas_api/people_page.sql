-- Who is on a page of people (Learning Locker's personas), in its order: by one of their fields, if `by` names one, and then by id;
-- each rising, or falling. What a page begins behind is a bound of the ids, where these alone are the order, and else `at` with
-- what that person has in the field.
SELECT f.id
FROM found_people AS f
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN :by = 'name' THEN coalesce(f.name, '') END COLLATE "C" AS called,
        CASE :by
            WHEN 'createdAt' THEN date_trunc('milliseconds', f.created_at)
            WHEN 'updatedAt' THEN date_trunc('milliseconds', f.updated_at)
        END AS moment
) AS k
WHERE CASE
      WHEN CAST(:at AS bigint) IS NULL THEN true
      WHEN :by = 'name' THEN
          (k.called <> :at_text AND (k.called > :at_text) <> :falls)
          OR (k.called = :at_text AND f.id <> :at AND (f.id > :at) <> :ids_fall)
      ELSE
          (k.moment <> CAST(:at_moment AS timestamptz) AND (k.moment > CAST(:at_moment AS timestamptz)) <> :falls)
          OR (k.moment = CAST(:at_moment AS timestamptz) AND f.id <> :at AND (f.id > :at) <> :ids_fall)
      END
ORDER BY
    CASE WHEN NOT CAST(:falls AS boolean) THEN k.called END,
    CASE WHEN CAST(:falls AS boolean) THEN k.called END DESC,
    CASE WHEN NOT CAST(:falls AS boolean) THEN k.moment END,
    CASE WHEN CAST(:falls AS boolean) THEN k.moment END DESC,
    CASE WHEN NOT CAST(:ids_fall AS boolean) THEN f.id END,
    CASE WHEN CAST(:ids_fall AS boolean) THEN f.id END DESC
LIMIT :limit OFFSET :skipped
