-- The first activities whose IRI is this text but for letter case, the scheme or a slash at the end, or ends in /text.
SELECT a.iri AS near
FROM activities AS a
CROSS JOIN (SELECT lower(rtrim(regexp_replace(CAST(:iri AS text), '^https?://', '', 'i'), '/')) AS text) AS asked
CROSS JOIN LATERAL (SELECT lower(rtrim(regexp_replace(a.iri, '^https?://', '', 'i'), '/')) AS text) AS there
WHERE a.organisation_id = CAST(:organisation AS integer) AND a.iri <> :iri AND asked.text <> ''
  AND (there.text = asked.text OR right(there.text, length(asked.text) + 1) = '/' || asked.text)
ORDER BY a.id
LIMIT 3
