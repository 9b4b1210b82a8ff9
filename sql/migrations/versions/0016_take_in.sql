-- Many rows go into tables of few several times as fast where keys and indexes are built last. Only the owner of tables may
-- drop theirs: so the owner does it for whoever may write to them, with what they have put into temporary tables of the same
-- columns (`own`, one for each of `tables`), within this one statement. Gives whether it is done; not where somebody is at
-- the tables.
CREATE FUNCTION take_in(tables regclass[], own regclass[]) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '2s'
AS $$
DECLARE
    one record;
    concerned regclass[];
    make text[] := '{}';
BEGIN
    -- What the owner reads must run nothing that is not the owner's: no view, no rule, no type of somebody's.
    IF EXISTS (
        SELECT FROM unnest(tables, own) AS t (lasting, own)
        LEFT JOIN pg_class AS l ON l.oid = t.lasting AND l.relkind = 'r' AND NOT l.relrowsecurity
        LEFT JOIN pg_class AS o ON o.oid = t.own AND o.relkind = 'r' AND NOT o.relrowsecurity
            AND NOT o.relhasrules AND o.relnamespace = pg_my_temp_schema()
        CROSS JOIN LATERAL (
            SELECT array_agg(CAST((attname, atttypid, atttypmod, attcollation, attgenerated) AS text) ORDER BY attnum) AS columns
            FROM pg_attribute WHERE attrelid = t.lasting AND attnum > 0 AND NOT attisdropped) AS of_lasting
        CROSS JOIN LATERAL (
            SELECT array_agg(CAST((attname, atttypid, atttypmod, attcollation, attgenerated) AS text) ORDER BY attnum) AS columns
            FROM pg_attribute WHERE attrelid = t.own AND attnum > 0 AND NOT attisdropped) AS of_own
        WHERE l.oid IS NULL OR o.oid IS NULL OR of_lasting.columns <> of_own.columns
           OR NOT has_table_privilege(session_user, t.lasting, 'INSERT')
    ) THEN
        RETURN false;
    END IF;
    SELECT array_agg(DISTINCT r) INTO concerned
    FROM (
        SELECT unnest(tables) AS r
        UNION SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid = ANY (tables)
        UNION SELECT confrelid FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY (tables)) AS c;
    BEGIN
        EXECUTE 'LOCK TABLE ' || array_to_string(concerned, ', ') || ' IN ACCESS EXCLUSIVE MODE';
    EXCEPTION WHEN lock_not_available OR deadlock_detected OR insufficient_privilege THEN
        RETURN false;
    END;
    FOR one IN
        SELECT *
        FROM (
            SELECT CASE contype WHEN 'f' THEN 1 ELSE 2 END AS rank,
                   format('ALTER TABLE %s DROP CONSTRAINT %I', CAST(conrelid AS regclass), conname) AS drop_statement,
                   format('ALTER TABLE %s ADD CONSTRAINT %I %s', CAST(conrelid AS regclass), conname,
                          pg_get_constraintdef(oid)) AS create_statement
            FROM pg_constraint
            WHERE contype IN ('p', 'u') AND conrelid = ANY (tables)
               OR contype = 'f' AND (conrelid = ANY (tables) OR confrelid = ANY (tables))
            UNION ALL
            SELECT 3, format('DROP INDEX %s', CAST(indexrelid AS regclass)), pg_get_indexdef(indexrelid)
            FROM pg_index AS i
            WHERE indrelid = ANY (tables) AND indpred IS NULL
              AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u'))) AS k
        ORDER BY rank, drop_statement
    LOOP
        EXECUTE one.drop_statement;
        make := one.create_statement || make;
    END LOOP;
    FOR one IN
        SELECT t.lasting, t.own, string_agg(quote_ident(a.attname), ', ') AS columns
        FROM unnest(tables, own) AS t (lasting, own)
        JOIN pg_attribute AS a ON a.attrelid = t.own AND a.attnum > 0 AND NOT a.attisdropped
        GROUP BY t.lasting, t.own
    LOOP
        EXECUTE format('INSERT INTO %s (%s) SELECT %2$s FROM ONLY %3$s', one.lasting, one.columns, one.own);
    END LOOP;
    FOR i IN 1 .. cardinality(tables) LOOP
        EXECUTE format('ANALYZE %s', tables[i]);  -- else foreign keys are compared as if there were few rows still
    END LOOP;
    FOR i IN 1 .. cardinality(make) LOOP
        EXECUTE make[i];
    END LOOP;
    RETURN true;
END
$$;
