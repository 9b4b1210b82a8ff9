-- So is every statement of a persona of which somebody has given a time up.
SELECT s.id
FROM ended_spells_given_up AS m
JOIN statements AS s ON s.organisation_id = :organisation AND s.persona_id = m.persona_id
WHERE (SELECT count(*) FROM spells AS p
       WHERE p.organisation_id = :organisation AND p.persona_id = m.persona_id
         AND p.begins_at <= s.at AND s.at < p.ends_at) <> 1
