-- The records of the personas that are these people's.
SELECT s.person_id, r.*
FROM their_spells AS s
JOIN persona_activity_records AS r
    ON r.organisation_id = :organisation AND r.persona_id = s.persona_id AND r.begins_at = s.begins_at
