-- Activities that nobody has named yet.
SELECT activity, iri, row_number() OVER (ORDER BY activity) AS nth FROM objects WHERE known_id IS NULL
