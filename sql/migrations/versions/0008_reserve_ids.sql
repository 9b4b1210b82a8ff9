-- A block of so many ids of a sequence, all in a row: gives the id before the first. One reservation at a time, for nobody
-- may draw an id between the two looks at the sequence; whatever happens, the lock does not outlive the statement.
CREATE FUNCTION reserve_ids(ids regclass, wanted bigint) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    base bigint;
BEGIN
    PERFORM pg_advisory_lock(7305, 0);
    BEGIN
        base := setval(ids, nextval(ids) + wanted - 1) - wanted;
    EXCEPTION WHEN query_canceled OR OTHERS THEN
        PERFORM pg_advisory_unlock(7305, 0);
        RAISE;
    END;
    PERFORM pg_advisory_unlock(7305, 0);
    RETURN base;
END
$$;
