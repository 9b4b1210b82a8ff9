-- The import's moment, and when its transaction began.
SELECT CAST(:moment AS timestamptz) AS moment, now() AS now
