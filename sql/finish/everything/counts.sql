-- How many there are, whose records have been made.
SELECT
    (SELECT count(*) FROM personas WHERE organisation_id = :organisation) AS personas,
    (SELECT count(*) FROM people WHERE organisation_id = :organisation) AS people
