-- What no constraint can say, asserted over everybody this import touched: nobody is without a persona. (Counted: an
-- IF EXISTS would be planned for an early hit, and there never is one.)
DO $$
BEGIN
    IF 0 < (
        SELECT count(*) FROM run
        CROSS JOIN (
            SELECT person_id FROM given WHERE how = 'new'
            UNION ALL
            SELECT to_id FROM dropped WHERE to_id IS NOT NULL
        ) AS made
        WHERE NOT EXISTS (SELECT FROM personas AS q
                          WHERE q.organisation_id = run.organisation_id AND q.person_id = made.person_id)
    ) OR 0 < (
        SELECT count(*) FROM run
        CROSS JOIN (SELECT from_id FROM moves UNION SELECT from_id FROM dropped) AS bereft
        JOIN people AS p ON p.organisation_id = run.organisation_id AND p.id = bereft.from_id
        WHERE NOT EXISTS (SELECT FROM personas AS q
                          WHERE q.organisation_id = run.organisation_id AND q.person_id = bereft.from_id)
    ) THEN
        RAISE EXCEPTION 'a person would be left without a persona'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'person_has_a_persona';
    END IF;
END
$$;
