-- What the import's source said goes at once.
SELECT FROM source_people AS t
WHERE t.organisation_id = :organisation AND t.changed_by = :undone
  AND NOT EXISTS (
    SELECT FROM saying_versions AS b
    WHERE b.organisation_id = :organisation AND b.replaced_by = :undone
      AND b.person_id = t.person_id AND b.source_id = t.source_id)
