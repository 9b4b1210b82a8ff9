-- What this source's import rejects, for the next one to compare with.
SELECT DISTINCT :source AS source_id, :import AS import_id, x.print_a, x.print_b, x.code
FROM all_reasons AS x
WHERE NOT EXISTS (
    SELECT FROM source_rejects AS s
    WHERE s.organisation_id = :organisation AND s.source_id = :source AND s.import_id = :import
      AND s.print_a = x.print_a AND s.print_b = x.print_b AND s.code = x.code)
