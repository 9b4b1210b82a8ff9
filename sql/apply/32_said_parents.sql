-- Parents that any line gives, also a rejected one: none of them is stale.
SELECT DISTINCT c.id AS group_id, p.id AS parent_id
FROM staged_definition_parents AS s
JOIN staged_definitions AS x ON x.definition = s.definition
JOIN known_groups AS c ON c.custom_id = x.custom_id
JOIN staged_definitions AS y ON y.definition = s.parent
JOIN known_groups AS p ON p.custom_id = y.custom_id
