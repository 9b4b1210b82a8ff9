-- The open spell, if it differs by that. (Of nobody's the beginning is the end of the last.)
SELECT p.id AS persona_id, a.person_id, coalesce(a.begins_at, greatest(p.begins_at, l.ends_at)) AS begins_at
FROM taken AS t
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = t.persona_id
LEFT JOIN spells_after AS a ON a.ends_at = 'infinity'
CROSS JOIN (SELECT max(ends_at) AS ends_at FROM spells_after WHERE ends_at < 'infinity') AS l
WHERE (p.person_id, p.begins_at) IS DISTINCT FROM (a.person_id, coalesce(a.begins_at, greatest(p.begins_at, l.ends_at)))
