-- Whether nobody is in the database.
SELECT NOT EXISTS (SELECT FROM people) AND NOT EXISTS (SELECT FROM personas) AS nobody
