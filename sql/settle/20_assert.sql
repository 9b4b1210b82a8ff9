-- What no constraint can say, asserted over everybody this import touched.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM (
            SELECT person_id FROM given
            UNION ALL SELECT from_id FROM moves
            UNION ALL SELECT from_id FROM dropped
            UNION ALL SELECT to_id FROM dropped WHERE to_id IS NOT NULL
        ) AS touched
        CROSS JOIN run
        JOIN people AS p ON p.organisation_id = run.organisation_id AND p.id = touched.person_id
        WHERE NOT EXISTS (SELECT FROM personas AS q
                          WHERE q.organisation_id = run.organisation_id AND q.person_id = touched.person_id)
    ) THEN
        RAISE EXCEPTION 'a person would be left without a persona'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'person_has_a_persona';
    END IF;
END
$$;
