-- What the history says of them: ids and names in the options of corrections and of imports, in names of files, in what a guard
-- has counted, in why a run failed. (A name of less than four letters is found where it stands alone, or in quotes.) And hashes of
-- whole files and plans: with the rest of one, somebody could try who was in it.
SELECT i.id, t.options, t.files, t.counts, t.failure
FROM imports AS i
LEFT JOIN corrections AS c ON c.import_id = i.id
CROSS JOIN LATERAL (
    SELECT
        (SELECT coalesce(jsonb_object_agg(o.key, CASE
            WHEN o.key = ANY (CAST(:personal AS text[]))
                AND (c.import_id IS NOT NULL
                     OR EXISTS (SELECT FROM names AS n
                                WHERE n.name = lower(o.value #>> '{}')
                                   OR n.name = ANY (regexp_split_to_array(lower(o.value #>> '{}'), '[(),''"]\s*'))))
            THEN to_jsonb(CAST(:erased AS text)) ELSE o.value END), '{}')
         FROM jsonb_each(i.options - 'expect') AS o) AS options,
        (SELECT coalesce(jsonb_agg(CASE
            WHEN EXISTS (SELECT FROM names AS n
                         WHERE length(n.name) > 3 AND position(n.name IN lower(f.file ->> 'name')) > 0)
            THEN f.file || jsonb_build_object('name', CAST(:erased AS text)) ELSE f.file END - 'sha256' ORDER BY f.nth), '[]')
         FROM jsonb_array_elements(i.files) WITH ORDINALITY AS f (file, nth)) AS files,
        CASE
            WHEN i.counts ? 'guards' AND EXISTS (
                SELECT FROM names AS n
                WHERE length(n.name) > 3 AND position(n.name IN lower(i.counts ->> 'guards')) > 0)
            THEN i.counts - 'guards' ELSE i.counts END - 'plan' AS counts,
        CASE
            WHEN EXISTS (
                SELECT FROM names AS n
                WHERE length(n.name) > 3 AND position(n.name IN lower(i.failure)) > 0
                   OR position('"' || n.name || '"' IN lower(i.failure)) > 0)
            THEN CAST(:erased AS text) ELSE i.failure END AS failure
) AS t
WHERE i.organisation_id = :organisation
  AND (i.options <> '{}' OR i.files <> '[]' OR i.failure IS NOT NULL OR i.counts ?| ARRAY['guards', 'plan'])
  AND (t.options, t.files, t.counts, t.failure) IS DISTINCT FROM (i.options, i.files, i.counts, i.failure)
