-- That something of theirs looked like something else.
SELECT 'person' AS subject, person_id AS id FROM forgotten_people
UNION ALL
SELECT 'persona', persona_id FROM their_personas
