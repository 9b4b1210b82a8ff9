-- The activity that has an IRI.
SELECT a.id AS activity_id
FROM activities AS a
WHERE a.organisation_id = CAST(:organisation AS integer) AND a.iri = :iri AND a.iri <> ''
