-- What they have said.
SELECT s.id, s.activity_id, s.voids
FROM their_personas AS t
JOIN statements AS s ON s.organisation_id = :organisation AND s.persona_id = t.persona_id
UNION ALL
SELECT s.id, s.activity_id, s.voids
FROM their_spells AS t
JOIN statements AS s
    ON s.organisation_id = :organisation AND s.persona_id = t.persona_id AND s.at >= t.begins_at AND s.at < t.ends_at
