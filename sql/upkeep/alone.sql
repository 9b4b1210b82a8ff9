-- Whether no other organisation has people in this database.
SELECT NOT EXISTS (
    SELECT FROM organisations AS o
    WHERE o.id <> :organisation AND EXISTS (SELECT FROM people AS p WHERE p.organisation_id = o.id)) AS alone
