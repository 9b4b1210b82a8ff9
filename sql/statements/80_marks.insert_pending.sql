-- Marks for the personas whose interactions changed.
SELECT 'persona' AS subject, persona_id AS subject_id, :import AS caused_by FROM affected_personas ORDER BY persona_id
