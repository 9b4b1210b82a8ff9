-- How many files wait, or are imported just now.
SELECT count(*) AS files FROM uploads WHERE organisation_id = :organisation AND undoes IS NULL AND ended_at IS NULL
