-- The groups that they are in there; of a line whose cells say more of groups, perhaps twice.
SELECT l.line AS key, m.group_custom_id AS custom_id
FROM staged_lines AS l
JOIN staged_memberships AS m USING (line)
WHERE NOT l.bad AND NOT EXISTS (SELECT FROM line_components AS o WHERE o.line = l.line)
UNION ALL
(SELECT DISTINCT o.component, m.group_custom_id
 FROM line_components AS o
 JOIN staged_lines AS l USING (line)
 JOIN staged_memberships AS m USING (line)
 WHERE NOT l.bad)
