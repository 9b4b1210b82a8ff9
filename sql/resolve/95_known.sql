-- How many people with a customId there are before anything changes: what the guards' percentages are of.
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT count(p.id) AS people
FROM run
LEFT JOIN people AS p ON p.organisation_id = run.organisation_id AND p.custom_id IS NOT NULL;
