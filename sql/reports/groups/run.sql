-- What the steps are run for.
CREATE TEMP TABLE run ON COMMIT DROP AS
SELECT CAST(:organisation AS integer) AS organisation_id
