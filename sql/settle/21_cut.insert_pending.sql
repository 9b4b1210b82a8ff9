-- Marks for the personas that were split, whose records became stale; none, where these are made at once.
SELECT 'persona' AS subject, persona_id AS subject_id, :import AS caused_by FROM cut_personas WHERE NOT :at_once
