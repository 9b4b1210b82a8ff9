-- The ended spells of these.
SELECT b.persona_id, b.begins_at
FROM gone_personas AS g
JOIN spells_before AS b USING (persona_id)
WHERE b.ends_at < 'infinity'
