-- How many people and personas go, on whom others may lean, and how many come back; of how many that there are (which is
-- counted only where the ones or the others are many).
WITH size AS (
    SELECT
        (SELECT count(*) FROM undone_people WHERE how = 'delete')
            + (SELECT count(*) FROM undone_personas WHERE how = 'delete') AS going,
        (SELECT count(*) FROM undone_people WHERE how = 'insert')
            + (SELECT count(*) FROM undone_personas WHERE how = 'insert') AS coming
)
SELECT
    going, coming,
    CASE
        WHEN greatest(going, coming) >= CAST(:large AS bigint) THEN
            (SELECT count(*) FROM people AS p WHERE p.organisation_id = :organisation)
                + (SELECT count(*) FROM personas AS p WHERE p.organisation_id = :organisation)
        ELSE 0
    END AS there
FROM size
