-- The spells that differ by that: whether they are closed, and how they come to be as they are then.
SELECT
    coalesce(a.persona_id, b.persona_id) AS persona_id, coalesce(a.begins_at, b.begins_at) AS begins_at,
    a.ends_at, a.person_id,
    CASE WHEN a.persona_id IS NULL THEN 'delete' WHEN b.persona_id IS NULL THEN 'insert' ELSE 'update' END AS how
FROM (SELECT * FROM spells_after WHERE ends_at < 'infinity') AS a
FULL JOIN (
    SELECT * FROM spells_before WHERE ends_at < 'infinity' AND persona_id IN (SELECT persona_id FROM spells_after)
) AS b ON b.persona_id = a.persona_id AND b.begins_at = a.begins_at
WHERE (a.ends_at, a.person_id) IS DISTINCT FROM (b.ends_at, b.person_id)
