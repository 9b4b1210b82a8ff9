-- The people whom it made go at once.
SELECT FROM people AS t
WHERE t.organisation_id = :organisation AND t.changed_by = :undone
  AND NOT EXISTS (
    SELECT FROM person_versions AS b
    WHERE b.organisation_id = :organisation AND b.replaced_by = :undone
      AND b.id = t.id)
