-- How many rows are going to be deleted that others may lean on.
SELECT
    (SELECT count(*) FROM undone_people WHERE how = 'delete')
    + (SELECT count(*) FROM undone_personas WHERE how = 'delete') AS rows
