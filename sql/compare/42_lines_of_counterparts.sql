-- Which lines are of whom there (key), and of whom here.
SELECT t.line, t.key, c.person_id FROM there AS t JOIN counterparts AS c USING (key)
