-- Nothing of theirs is stale.
SELECT 'person' AS subject, person_id AS subject_id FROM forgotten_people
UNION ALL
SELECT 'persona', persona_id FROM their_personas
