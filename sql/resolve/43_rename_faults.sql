-- The lines whose renames contradict, with their components.
SELECT l.line, x.component, c.value, c.detail
FROM (
    SELECT DISTINCT ON (custom_id) custom_id, value, detail
    FROM rename_conflicts
    ORDER BY custom_id, detail, value
) AS c
JOIN staged_lines AS l USING (custom_id)
LEFT JOIN linked_after_contests AS x ON x.line = l.line
