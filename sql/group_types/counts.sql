-- How many groups it is of.
SELECT count(*) AS groups_updated FROM groups_of_it
