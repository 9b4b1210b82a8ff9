-- New statements are there, with the persona that their agent names, or none.
SELECT n.id, o.persona_id
FROM new_statements AS n
LEFT JOIN owners AS o USING (agent)
EXCEPT
SELECT id, persona_id
FROM statements
WHERE organisation_id = :organisation AND id = ANY (ARRAY (SELECT id FROM new_statements))
