-- The keys and indexes of some tables, as the statements that drop them and make them again, in the order in which
-- they can be dropped: foreign keys before the keys they lean on, plain indexes last. (Those of a few rows stay: to build one
-- all rows are read, and hardly any is put into it.)
WITH chosen AS (
    SELECT to_regclass(quote_ident(name)) AS relation FROM unnest(CAST(:tables AS text[])) AS name
), keys AS (
    SELECT
        k.contype,
        format('ALTER TABLE %s DROP CONSTRAINT %I', CAST(k.conrelid AS regclass), k.conname) AS drop_statement,
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', CAST(k.conrelid AS regclass), k.conname,
               pg_get_constraintdef(k.oid)) AS create_statement
    FROM pg_constraint AS k
    WHERE k.contype IN ('f', 'p', 'u')
      AND (k.conrelid IN (SELECT relation FROM chosen) OR k.contype = 'f' AND k.confrelid IN (SELECT relation FROM chosen))
)
SELECT CASE contype WHEN 'f' THEN 1 ELSE 2 END AS rank, drop_statement, create_statement FROM keys
UNION ALL
SELECT 3, format('DROP INDEX %s', CAST(i.indexrelid AS regclass)), pg_get_indexdef(i.indexrelid)
FROM pg_index AS i
WHERE i.indrelid IN (SELECT relation FROM chosen) AND i.indpred IS NULL
  AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u'))
ORDER BY rank, drop_statement
