-- Where the import has made everybody there is, and nothing has happened since (`made.sql`), all of them go as a whole, and no
-- step after these sees any of them: how many that are.
SELECT
    (SELECT count(*) FROM people WHERE organisation_id = :organisation) AS people,
    (SELECT count(*) FROM personas WHERE organisation_id = :organisation) AS personas,
    (SELECT count(*) FROM memberships WHERE organisation_id = :organisation) AS memberships
WHERE :wholly
