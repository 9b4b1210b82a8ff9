-- The corrections by hand that were about them.
SELECT DISTINCT i.id AS import_id
FROM (
    SELECT s.changed_by AS import_id
    FROM forgotten_people AS f
    JOIN person_states AS s ON s.organisation_id = :organisation AND s.id = f.person_id
    UNION
    SELECT s.replaced_by
    FROM forgotten_people AS f
    JOIN person_states AS s ON s.organisation_id = :organisation AND s.id = f.person_id
    UNION
    SELECT s.changed_by
    FROM had_personas AS h
    JOIN persona_states AS s ON s.organisation_id = :organisation AND s.id = h.persona_id
    UNION
    SELECT s.changed_by
    FROM had_personas AS h
    JOIN spell_states AS s ON s.organisation_id = :organisation AND s.persona_id = h.persona_id
) AS c
JOIN imports AS i
    ON i.organisation_id = :organisation AND i.id = c.import_id
    AND i.command NOT IN ('import-people', 'import-groups', 'import-statements', 'migrate', 'undo-import')
