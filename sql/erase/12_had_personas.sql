-- The personas that they have, or ever had, with whether they stay: somebody else has them now, or had them at some time that
-- still counts, or was the last to have one that is gone.
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
    SELECT l.person_id
    FROM (
        SELECT s.person_id
        FROM persona_states AS s
        WHERE s.organisation_id = :organisation AND s.id = h.persona_id
        ORDER BY s.replaced_by DESC NULLS FIRST
        LIMIT 1
    ) AS l
    UNION ALL
    SELECT c.person_id FROM closed_spells AS c WHERE c.organisation_id = :organisation AND c.persona_id = h.persona_id
) AS o ON NOT EXISTS (SELECT FROM erased_people AS e WHERE e.person_id = o.person_id)
GROUP BY h.persona_id
