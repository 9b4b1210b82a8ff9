-- The import's moment.
SELECT CAST(:moment AS timestamptz) AS moment
