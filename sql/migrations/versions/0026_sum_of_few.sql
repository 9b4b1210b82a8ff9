-- The sum of few numerics, as most people have. PostgreSQL's own, which is faster where there are many, begins with a large state for
-- each group that it adds up: where that has one row or two, making it takes several times as long as adding.
CREATE AGGREGATE sum_of_few(numeric) (SFUNC = numeric_add, STYPE = numeric, COMBINEFUNC = numeric_add, PARALLEL = SAFE);
