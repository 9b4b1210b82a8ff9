-- The same, but for kinds that are not asked for.
SELECT d.kind, d.key, d.agent, d.person_id, d.there, d.here
FROM differing AS d
WHERE d.kind <> ALL (CAST(:ignored AS text[]))
