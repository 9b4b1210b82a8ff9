-- What became of a run so far; inside the run's own transaction this says "committed" exactly when that is true.
UPDATE imports
SET state = :state,
    counts = coalesce(coalesce(counts, '{}') || CAST(:counts AS jsonb), counts),
    files = coalesce(CAST(:files AS jsonb), files),
    failure = CAST(:failure AS text),
    ended_at = CASE WHEN CAST(:ended AS boolean) THEN clock_timestamp() END
WHERE organisation_id = :organisation AND id = :import
