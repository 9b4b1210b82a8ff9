-- How many statements there are there and here, and of how many agents.
SELECT
    (SELECT count(*) FROM (SELECT DISTINCT id FROM said_there) AS t) AS statements_there,
    (SELECT count(*) FROM statements WHERE organisation_id = :organisation) AS statements_here,
    (SELECT count(*) FROM (SELECT DISTINCT ifi FROM said_there WHERE ifi IS NOT NULL) AS a) AS agents_there,
    (SELECT count(*)
     FROM (SELECT DISTINCT persona_id FROM statements WHERE organisation_id = :organisation AND persona_id IS NOT NULL) AS q)
        AS agents_here
