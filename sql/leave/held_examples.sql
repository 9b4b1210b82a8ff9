-- The first rejected lines that may be anybody's.
SELECT file, line_number FROM lines_of_anybody ORDER BY line LIMIT 5
