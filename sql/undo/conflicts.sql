-- How many changes cannot be taken back.
SELECT
    (SELECT count(conflict) FROM undone_people) + (SELECT count(conflict) FROM undone_personas)
    + (SELECT count(conflict) FROM undone_groups) + (SELECT count(conflict) FROM undone_parents)
    + (SELECT count(conflict) FROM undone_memberships) AS conflicts
