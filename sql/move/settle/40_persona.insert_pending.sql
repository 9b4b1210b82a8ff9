-- The persona's records are cut as its spells are.
SELECT 'persona' AS subject, t.persona_id AS subject_id, :import AS caused_by
FROM taken AS t
WHERE EXISTS (
    SELECT FROM spells_before AS b
    FULL JOIN spells_after AS a USING (begins_at)
    WHERE a.persona_id IS NULL OR b.persona_id IS NULL)
