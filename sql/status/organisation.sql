-- How much there is of everything in an organisation.
SELECT
    (SELECT count(*) FROM people WHERE organisation_id = o.id) AS people,
    (SELECT count(custom_id) FROM people WHERE organisation_id = o.id) AS people_with_custom_id,
    (SELECT count(*) FROM personas WHERE organisation_id = o.id) AS personas,
    (SELECT count(*) FROM groups WHERE organisation_id = o.id) AS groups,
    (SELECT count(*) FROM memberships WHERE organisation_id = o.id) AS memberships,
    (SELECT count(*) FROM statements WHERE organisation_id = o.id) AS statements
FROM organisations AS o
WHERE o.id = CAST(:organisation AS integer)
