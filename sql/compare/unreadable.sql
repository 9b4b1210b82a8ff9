-- The lines of the other system that cannot be read, with all that is wrong with them, as `consequences/rejected` has it.
SELECT
    l.line, l.file, l.line_number, p.code, p.place, p.value, p.detail, l.custom_id,
    CAST(NULL AS bigint[]) AS other_lines, CAST(NULL AS integer[]) AS other_files, 0 AS more
FROM staged_lines AS l
JOIN staged_problems AS p USING (line)
WHERE l.bad
ORDER BY l.line, p.place NULLS FIRST, p.code
