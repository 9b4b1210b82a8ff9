-- Every statement of a persona that begins at another moment than before is with somebody, at its time.
SELECT s.id
FROM new_beginnings AS m
JOIN statements AS s ON s.organisation_id = :organisation AND s.persona_id = m.persona_id
WHERE NOT EXISTS (
    SELECT FROM spells AS p
    WHERE p.organisation_id = :organisation AND p.persona_id = s.persona_id AND p.begins_at <= s.at AND s.at < p.ends_at)
