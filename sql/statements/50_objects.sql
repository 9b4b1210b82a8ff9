-- What the new statements are about.
SELECT u.activity, s.iri, a.id AS known_id
FROM (SELECT DISTINCT activity FROM new_statements) AS u
JOIN staged_activities AS s USING (activity)
LEFT JOIN activities AS a ON a.organisation_id = :organisation AND a.iri = s.iri
