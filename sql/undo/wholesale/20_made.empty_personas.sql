-- The personas that it made go at once, but for those that get a person of their own.
SELECT FROM personas AS t
WHERE t.organisation_id = :organisation AND t.changed_by = :undone
  AND NOT EXISTS (SELECT FROM dropped AS d WHERE d.persona_id = t.id)
  AND NOT EXISTS (
    SELECT FROM persona_versions AS b
    WHERE b.organisation_id = :organisation AND b.replaced_by = :undone
      AND b.id = t.id)
