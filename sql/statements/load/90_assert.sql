-- What no constraint can say, asserted over everything that this chunk touched.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM newcomers AS n
        CROSS JOIN run
        CROSS JOIN blocks AS b
        WHERE NOT EXISTS (SELECT FROM personas AS p
                          WHERE p.organisation_id = run.organisation_id AND p.person_id = b.people + n.nth)
    ) THEN
        RAISE EXCEPTION 'a person would be left without a persona'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'person_has_a_persona';
    END IF;
    IF EXISTS (
        SELECT FROM new_statements AS n
        CROSS JOIN run
        LEFT JOIN staged_agents AS g ON g.agent = n.agent
        LEFT JOIN statements AS s ON s.organisation_id = run.organisation_id AND s.id = n.id
        LEFT JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.id = s.persona_id
        WHERE s.id IS NULL OR p.ifi IS DISTINCT FROM g.ifi
    ) THEN
        RAISE EXCEPTION 'a statement would be left without the persona that its agent names'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'statement_has_its_persona';
    END IF;
END
$$;
