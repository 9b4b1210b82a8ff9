-- And have records of what was said.
SELECT DISTINCT 'persona' AS subject, persona_id AS subject_id, :import AS caused_by FROM gaps
