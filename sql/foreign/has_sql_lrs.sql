-- Whether a database is one of Yet SQL LRS.
SELECT to_regclass('xapi_statement') IS NOT NULL AS there
