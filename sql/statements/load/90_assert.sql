-- What no constraint can say, asserted over everything that this chunk touched: new people have a persona, new
-- statements the persona that their agent names. (Counted, since EXISTS would be planned for an early hit.)
DO $$
BEGIN
    IF (SELECT count(DISTINCT p.person_id)
        FROM run
        CROSS JOIN blocks AS b
        JOIN personas AS p
            ON p.organisation_id = run.organisation_id
            AND p.person_id > b.people AND p.person_id <= b.people + (SELECT count(*) FROM newcomers))
       <> (SELECT count(*) FROM newcomers)
    THEN
        RAISE EXCEPTION 'a person would be left without a persona'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'person_has_a_persona';
    END IF;
    IF (SELECT count(*)
        FROM new_statements AS n
        CROSS JOIN run
        JOIN statements AS s ON s.organisation_id = run.organisation_id AND s.id = n.id
        LEFT JOIN staged_agents AS g ON g.agent = n.agent
        LEFT JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.id = s.persona_id
        WHERE p.ifi IS NOT DISTINCT FROM g.ifi)
       <> (SELECT count(*) FROM new_statements)
    THEN
        RAISE EXCEPTION 'a statement would be left without the persona that its agent names'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'statement_has_its_persona';
    END IF;
END
$$;
