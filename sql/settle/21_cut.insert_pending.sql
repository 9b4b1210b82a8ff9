-- The records of personas that were split, likewise.
SELECT 'persona' AS subject, persona_id AS subject_id, :import AS caused_by FROM cut_personas WHERE NOT :at_once
