-- The first rejected lines that may be anybody's.
SELECT file, line_number FROM unknown_lines ORDER BY line LIMIT 5
