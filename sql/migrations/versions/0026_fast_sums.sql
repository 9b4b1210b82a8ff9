-- The sum of few numerics, as most people have: from the third on, or so, PostgreSQL's own is faster, which begins with a large state
-- for each group that it adds up.
CREATE AGGREGATE sum_of_few(numeric) (SFUNC = numeric_add, STYPE = numeric, COMBINEFUNC = numeric_add, PARALLEL = SAFE);

-- What one persona or person did is counted in four bytes: PostgreSQL adds up bigints as numerics, at ten times the price. (Groups
-- count on in eight.)
ALTER TABLE persona_activity_records
    ALTER COLUMN attempts TYPE integer,
    ALTER COLUMN interactions TYPE integer,
    ALTER COLUMN completed TYPE integer,
    ALTER COLUMN passed TYPE integer,
    ALTER COLUMN failed TYPE integer,
    ALTER COLUMN scores TYPE integer;
ALTER TABLE person_activity_records
    ALTER COLUMN attempts TYPE integer,
    ALTER COLUMN interactions TYPE integer,
    ALTER COLUMN completed TYPE integer,
    ALTER COLUMN passed TYPE integer,
    ALTER COLUMN failed TYPE integer,
    ALTER COLUMN scores TYPE integer;
ALTER TABLE person_records
    ALTER COLUMN interactions TYPE integer,
    ALTER COLUMN activities TYPE integer,
    ALTER COLUMN completed TYPE integer,
    ALTER COLUMN passed TYPE integer,
    ALTER COLUMN failed TYPE integer,
    ALTER COLUMN scores TYPE integer;
