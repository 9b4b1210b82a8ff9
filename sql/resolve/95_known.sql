-- How many people with a customId there are before anything changes, and, for a snapshot, how many this source has
-- given: what the guards' percentages are of.
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT count(p.id) AS people, (
    SELECT count(*)
    FROM run
    JOIN source_people AS s ON run.snapshot AND s.organisation_id = run.organisation_id AND s.source_id = run.source_id
) AS of_source
FROM run
LEFT JOIN people AS p ON p.organisation_id = run.organisation_id AND p.custom_id IS NOT NULL;
