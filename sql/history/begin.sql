-- A run begins.
INSERT INTO imports (organisation_id, command, source_id, run_by, files, options, undoes)
VALUES (:organisation, :command, CAST(:source AS integer), :run_by, CAST(:files AS jsonb), CAST(:options AS jsonb),
        CAST(:undoes AS bigint))
RETURNING id
