-- The figures of the summary.
SELECT * FROM counts
