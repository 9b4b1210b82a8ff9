-- Which server and schema this is, and the revision of the tables in it.
SELECT
    split_part(current_setting('server_version'), ' ', 1) AS server_version,
    current_schema() AS schema,
    (SELECT max(version_num) FROM alembic_version) AS revision
