-- The open spells that differ by that. (Of nobody's the beginning is the end of the last.)
SELECT p.id AS persona_id, a.person_id, coalesce(a.begins_at, greatest(p.begins_at, x.ended_at)) AS begins_at
FROM (
    SELECT persona_id, max(ends_at) FILTER (WHERE ends_at < 'infinity') AS ended_at FROM spells_after GROUP BY persona_id
) AS x
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = x.persona_id
LEFT JOIN spells_after AS a ON a.persona_id = x.persona_id AND a.ends_at = 'infinity'
WHERE (p.person_id, p.begins_at) IS DISTINCT FROM (a.person_id, coalesce(a.begins_at, greatest(p.begins_at, x.ended_at)))
