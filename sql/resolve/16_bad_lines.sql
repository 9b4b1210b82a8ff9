-- Lines are bad by a cell of their own, by naming nobody (both found while reading), by a word that is nobody's id, by a
-- warning that is to reject, or by a group that does not exist and may not be made.
WITH bad AS (
    SELECT line FROM staged_lines WHERE bad
    UNION
    SELECT line FROM nobodys_words
    UNION
    SELECT p.line
    FROM problems AS p
    JOIN staged_lines AS l USING (line)
    WHERE cardinality(CAST(:reject_warnings AS text[])) > 0
)
SELECT line, 'bad' AS code, CAST(NULL AS text) COLLATE "C" AS value FROM bad
UNION ALL
SELECT m.line, 'unknown_group', m.custom_id
FROM lines_of_missing_groups AS m
WHERE NOT EXISTS (SELECT FROM bad AS b WHERE b.line = m.line)
