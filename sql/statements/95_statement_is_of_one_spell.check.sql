-- Whatever is said of a persona that has spells is of one of them.
SELECT n.id, b.persona_id
FROM begun AS b
JOIN new_statements AS n USING (agent)
JOIN statements AS s ON s.organisation_id = :organisation AND s.id = n.id
WHERE (SELECT count(*) FROM spells AS p
       WHERE p.organisation_id = :organisation AND p.persona_id = b.persona_id
         AND p.begins_at <= s.at AND s.at < p.ends_at) <> 1
