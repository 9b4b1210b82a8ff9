-- The ended spells that it made go at once.
SELECT FROM closed_spells AS t
WHERE t.organisation_id = :organisation AND t.changed_by = :undone
  AND NOT EXISTS (
    SELECT FROM spell_versions AS b
    WHERE b.organisation_id = :organisation AND b.replaced_by = :undone
      AND b.persona_id = t.persona_id AND b.begins_at = t.begins_at)
