-- The planner forgets a column's values. (Only PostgreSQL 18 can. Of a table without rows ANALYZE leaves what it knew.)
SELECT pg_clear_attribute_stats(CAST(:schema AS text), CAST(:name AS text), CAST(:column AS text), CAST(:inherited AS boolean))
