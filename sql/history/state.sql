-- Where a run stands; if its transaction is just being committed, when that is done.
SELECT state FROM imports WHERE organisation_id = :organisation AND id = :import FOR SHARE
