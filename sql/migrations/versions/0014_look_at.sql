-- Only its owner may ANALYZE a table. Whoever makes it grow has to, or plans that were made for an empty one read it whole,
-- until autovacuum comes by: so the owner does it for them.
CREATE FUNCTION look_at(relation regclass) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF has_table_privilege(session_user, relation, 'INSERT') THEN
        EXECUTE format('ANALYZE %s', relation);
    END IF;
END
$$;
