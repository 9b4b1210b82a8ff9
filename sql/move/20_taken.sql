-- The span with whom it goes to.
SELECT x.persona_id, coalesce(CAST(:to AS bigint), :lonesome_ids + 1) AS person_id, x.begins_at, x.ends_at
FROM span AS x
WHERE CAST(:to AS bigint) IS NOT NULL OR EXISTS (SELECT FROM lonesome)
