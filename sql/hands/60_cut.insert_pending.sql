-- The records of personas are cut as their spells are.
SELECT DISTINCT 'persona' AS subject, coalesce(a.persona_id, b.persona_id) AS subject_id, :import AS caused_by
FROM spells_after AS a
FULL JOIN (SELECT * FROM spells_before WHERE persona_id IN (SELECT persona_id FROM spells_after)) AS b
    ON b.persona_id = a.persona_id AND b.begins_at = a.begins_at
WHERE a.persona_id IS NULL OR b.persona_id IS NULL
