-- Every group that has parents, with them: whether only this source says so.
SELECT c.custom_id, p.custom_id AS parent_custom_id, bool_and(e.source_id = CAST(:source AS integer)) AS own
FROM group_parents AS e
JOIN groups AS c ON c.organisation_id = :organisation AND c.id = e.group_id
JOIN groups AS p ON p.organisation_id = :organisation AND p.id = e.parent_id
WHERE e.organisation_id = :organisation
GROUP BY c.custom_id, p.custom_id
