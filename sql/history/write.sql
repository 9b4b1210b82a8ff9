-- A write that is all of its transaction: it is in the history exactly if it is done.
INSERT INTO imports (organisation_id, id, command, source_id, state, started_at, ended_at, run_by, options, counts)
VALUES (:organisation, :import, :command, CAST(:source AS integer), :state, :started_at, clock_timestamp(), :run_by,
        CAST(:options AS jsonb), CAST(:counts AS jsonb))
