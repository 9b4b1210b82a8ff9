-- Why lines are rejected, by all rules together: one row a rejected line. others are lines that the message names, detail
-- what else it says.
SELECT
    line, code, CAST(NULL AS smallint) AS place, value, CAST(NULL AS text) AS detail, CAST('{}' AS bigint[]) AS others,
    CAST(0 AS bigint) AS more
FROM bad_lines
UNION ALL
SELECT line, 'linked_to_bad_line', NULL, NULL, NULL, others, more FROM linked_to_bad
UNION ALL
SELECT line, 'contested', place, value, NULL, others, more FROM contested_lines
UNION ALL
SELECT line, 'contested', place, value, NULL, others, more FROM contest_losers
UNION ALL
SELECT line, 'rename_conflict', NULL, value, detail, '{}', 0 FROM rename_rejects
UNION ALL
SELECT line, code, NULL, value, detail, '{}', 0 FROM id_rejects
UNION ALL
SELECT line, 'ambiguous', NULL, value, NULL, '{}', 0 FROM ambiguous_lines
UNION ALL
SELECT line, code, place, value, NULL, '{}', 0 FROM left_with_nothing
