-- Nothing is left that they have said with what stays. (Of what goes a foreign key says it.)
SELECT s.id
FROM their_spells AS t
JOIN statements AS s
    ON s.organisation_id = :organisation AND s.persona_id = t.persona_id AND s.at >= t.begins_at AND s.at < t.ends_at
