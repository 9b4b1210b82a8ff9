-- What lines of theirs claimed, or others of theirs, is told no more.
SELECT l.import_id, l.persona_id, l.said_in
FROM forgotten_people AS f
JOIN left_personas AS l ON l.organisation_id = :organisation AND l.holder_id = f.person_id
UNION
SELECT l.import_id, l.persona_id, l.said_in
FROM forgotten_people AS f
JOIN left_personas AS l ON l.organisation_id = :organisation AND l.claimant_id = f.person_id
