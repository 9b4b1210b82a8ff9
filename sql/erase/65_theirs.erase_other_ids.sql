-- What another system called them, and what they had.
SELECT o.record, o.other_id, o.given_by
FROM forgotten_people AS f
JOIN other_ids AS o ON o.organisation_id = :organisation AND o.person_id = f.person_id
UNION
SELECT o.record, o.other_id, o.given_by
FROM their_personas AS t
JOIN other_ids AS o ON o.organisation_id = :organisation AND o.persona_id = t.persona_id
