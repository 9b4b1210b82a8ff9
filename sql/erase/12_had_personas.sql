-- The personas that they have, or ever had, with whether somebody else has them now, or had them at some time that still counts.
SELECT h.persona_id, bool_or(o.person_id IS NOT NULL) AS stays
FROM (
    SELECT s.id AS persona_id
    FROM erased_people AS e
    JOIN persona_states AS s ON s.organisation_id = :organisation AND s.person_id = e.person_id
    UNION
    SELECT s.persona_id
    FROM erased_people AS e
    JOIN spell_states AS s ON s.organisation_id = :organisation AND s.person_id = e.person_id
) AS h
LEFT JOIN LATERAL (
    SELECT p.person_id FROM personas AS p WHERE p.organisation_id = :organisation AND p.id = h.persona_id
    UNION ALL
    SELECT c.person_id FROM closed_spells AS c WHERE c.organisation_id = :organisation AND c.persona_id = h.persona_id
) AS o ON NOT EXISTS (SELECT FROM erased_people AS e WHERE e.person_id = o.person_id)
GROUP BY h.persona_id
