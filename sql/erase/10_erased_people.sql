-- Who is erased: those who were asked for, and whom merge-people has made one with them.
WITH RECURSIVE erased (person_id) AS (
    SELECT asked.person_id FROM unnest(CAST(:people AS bigint[])) AS asked (person_id)
    UNION
    SELECT m.person_id
    FROM erased AS e
    CROSS JOIN LATERAL (
        SELECT b.person_id
        FROM persona_states AS a
        JOIN imports AS i ON i.organisation_id = :organisation AND i.id = a.changed_by AND i.command = 'merge-people'
        JOIN persona_versions AS b ON b.organisation_id = :organisation AND b.replaced_by = i.id AND b.id = a.id
        WHERE a.organisation_id = :organisation AND a.person_id = e.person_id
        UNION ALL
        SELECT b.person_id
        FROM spell_states AS a
        JOIN imports AS i ON i.organisation_id = :organisation AND i.id = a.changed_by AND i.command = 'merge-people'
        JOIN spell_versions AS b
            ON b.organisation_id = :organisation AND b.replaced_by = i.id AND b.persona_id = a.persona_id
        WHERE a.organisation_id = :organisation AND a.person_id = e.person_id
    ) AS m
    WHERE m.person_id > 0
      AND NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = :organisation AND p.id = m.person_id)
)
SELECT person_id FROM erased
