-- Every statement of a persona that begins at another moment than before is with somebody, at its time.
SELECT s.id
FROM new_beginnings AS m
JOIN statements AS s ON s.organisation_id = :organisation AND s.persona_id = m.persona_id
WHERE NOT EXISTS (
    SELECT FROM personas AS p
    WHERE p.organisation_id = :organisation AND p.id = s.persona_id AND p.person_id IS NOT NULL AND p.begins_at <= s.at)
  AND NOT EXISTS (
    SELECT FROM closed_spells AS c
    WHERE c.organisation_id = :organisation AND c.persona_id = s.persona_id AND c.begins_at <= s.at AND s.at < c.ends_at)
