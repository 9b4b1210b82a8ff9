-- Marks for the personas whose spells have become one; none, where these are made at once.
SELECT 'persona' AS subject, persona_id AS subject_id, :import AS caused_by FROM personas_joined WHERE NOT :at_once
