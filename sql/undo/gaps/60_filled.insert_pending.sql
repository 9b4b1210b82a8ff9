-- Marks for the personas with gaps: they have records of what was said in these.
SELECT DISTINCT 'persona' AS subject, persona_id AS subject_id, :import AS caused_by FROM gaps
