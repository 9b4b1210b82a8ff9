-- New statements are there, with the persona that their agent names, or none.
SELECT n.id, o.persona_id
FROM new_statements AS n
LEFT JOIN owners AS o USING (agent)
LEFT JOIN statements AS s ON s.organisation_id = :organisation AND s.id = n.id
WHERE s.id IS NULL OR s.persona_id IS DISTINCT FROM o.persona_id
