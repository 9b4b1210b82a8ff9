-- How many people and personas there are.
SELECT
    (SELECT count(*) FROM people WHERE organisation_id = :organisation)
        + (SELECT count(*) FROM personas WHERE organisation_id = :organisation) AS going
