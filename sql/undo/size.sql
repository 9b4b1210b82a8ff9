-- How many people and personas go, on whom others may lean, and how many come back.
SELECT
    (SELECT count(*) FROM undone_people WHERE how = 'delete')
        + (SELECT count(*) FROM undone_personas WHERE how = 'delete') AS going,
    (SELECT count(*) FROM undone_people WHERE how = 'insert')
        + (SELECT count(*) FROM undone_personas WHERE how = 'insert') AS coming
