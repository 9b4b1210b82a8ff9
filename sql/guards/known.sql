-- What the guards' percentages are of, before anything changes: how many people with a custom_id there are, and, for a
-- snapshot, how many this source has given.
SELECT
    (SELECT count(*) FROM people WHERE organisation_id = :organisation AND custom_id IS NOT NULL) AS people,
    (SELECT count(*) FROM source_people
     WHERE CAST(:snapshot AS boolean) AND organisation_id = :organisation AND source_id = CAST(:source AS integer)) AS of_source
