-- Of how many people who are there and here there are statements there, how many these are, and how many of them are of the same
-- person here.
SELECT
    count(DISTINCT s.key) AS people,
    CAST(coalesce(sum(s.statements), 0) AS bigint) AS there,
    CAST(coalesce(sum(s.statements), 0) - (
        SELECT count(*) FROM unlike_statements AS u
        WHERE u.is_there AND NOT u.is_here AND EXISTS (
            SELECT FROM personas_there AS p JOIN counterparts AS c USING (key) WHERE p.ifi = u.ifi)
    ) - (SELECT coalesce(sum(e.statements), 0) FROM statements_elsewhere AS e) AS bigint) AS here
FROM (
    SELECT c.key, count(*) AS statements
    FROM (SELECT DISTINCT id, ifi FROM said_there) AS t
    JOIN personas_there AS p USING (ifi)
    JOIN counterparts AS c USING (key)
    GROUP BY c.key
) AS s
