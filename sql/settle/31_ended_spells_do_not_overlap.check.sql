-- Nobody was said to have had a persona while it was with another.
SELECT DISTINCT e.persona_id
FROM ended_spells AS e
JOIN spells AS s
    ON s.organisation_id = :organisation AND s.persona_id = e.persona_id AND s.person_id <> e.person_id
    AND s.begins_at < e.ends_at AND s.ends_at > e.begins_at
