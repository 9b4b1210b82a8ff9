-- All that they were called, and what they alone spoke of.
SELECT name FROM names
UNION
SELECT lower(iri) FROM lonely_activities
