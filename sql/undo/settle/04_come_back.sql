-- Where everybody has come back as a whole: how many that are.
SELECT
    (SELECT count(*) FROM people WHERE organisation_id = :organisation) AS people,
    (SELECT count(*) FROM personas WHERE organisation_id = :organisation) AS personas,
    (SELECT count(*) FROM memberships WHERE organisation_id = :organisation) AS memberships
WHERE :wholly_back
