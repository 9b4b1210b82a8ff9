-- Where a run stands.
SELECT state FROM imports WHERE organisation_id = :organisation AND id = :import
