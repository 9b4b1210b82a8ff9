-- A persona is with one person at a time.
SELECT s.persona_id
FROM (
    SELECT persona_id FROM moves WHERE splits
    UNION ALL
    SELECT persona_id FROM dropped WHERE splits
) AS m
JOIN spells AS s ON s.organisation_id = :organisation AND s.persona_id = m.persona_id
JOIN spells AS o
    ON o.organisation_id = :organisation AND o.persona_id = m.persona_id
    AND o.begins_at > s.begins_at AND o.begins_at < s.ends_at
