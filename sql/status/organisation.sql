-- How much there is of everything in an organisation.
SELECT
    (SELECT count(*) FROM people WHERE organisation_id = :organisation) AS people,
    (SELECT count(custom_id) FROM people WHERE organisation_id = :organisation) AS people_with_custom_id,
    (SELECT count(*) FROM personas WHERE organisation_id = :organisation) AS personas,
    (SELECT count(*) FROM closed_spells WHERE organisation_id = :organisation) AS closed_spells,
    (SELECT count(*) FROM groups WHERE organisation_id = :organisation) AS groups,
    (SELECT count(*) FROM memberships WHERE organisation_id = :organisation) AS memberships,
    (SELECT count(*) FROM look_alikes WHERE organisation_id = :organisation) AS look_alikes,
    (SELECT count(*) FROM statements WHERE organisation_id = :organisation) AS statements
