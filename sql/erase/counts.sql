-- What is gone, as figures.
SELECT
    (SELECT count(*) FROM erased_people) AS people,
    (SELECT count(*) FROM their_personas) AS personas,
    (SELECT count(*) FROM shared_personas WHERE NOT is_theirs) AS personas_staying,
    (SELECT count(*) FROM said_by_them) AS statements,
    (SELECT count(*) FROM affected_with_ancestors) AS pending_groups
