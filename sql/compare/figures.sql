-- How many people, personas and memberships there are there and here.
SELECT
    (SELECT count(*) FROM people_there) AS people_there,
    (SELECT count(*) FROM people WHERE organisation_id = :organisation) AS people_here,
    (SELECT count(*) FROM (SELECT FROM personas_there) AS p) AS personas_there,
    (SELECT count(*) FROM personas WHERE organisation_id = :organisation AND person_id IS NOT NULL) AS personas_here,
    (SELECT count(*) FROM (SELECT FROM groups_there) AS g) AS memberships_there,
    (SELECT count(*) FROM (SELECT DISTINCT person_id, group_id FROM memberships WHERE organisation_id = :organisation) AS m)
        AS memberships_here
