-- Whether the keys and indexes of some tables are ours to drop and make again: whoever runs this owns them, and the tables
-- that refer to them, and may make indexes where they are.
WITH chosen AS (
    SELECT to_regclass(quote_ident(name)) AS relation FROM unnest(CAST(:tables AS text[])) AS name
)
SELECT bool_and(pg_has_role(c.relowner, 'USAGE') AND has_schema_privilege(c.relnamespace, 'CREATE')) AS ours
FROM pg_class AS c
WHERE c.oid IN (SELECT relation FROM chosen)
   OR c.oid IN (SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid IN (SELECT relation FROM chosen))
