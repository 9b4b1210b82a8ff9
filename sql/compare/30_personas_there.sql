-- What they have there.
SELECT DISTINCT t.key, c.ifi FROM there AS t JOIN staged_claims AS c USING (line)
