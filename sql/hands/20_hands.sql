-- What changes hands: which persona, from whom to whom, for which time, with how many interactions; from nobody, where nobody
-- had it.
WITH moments AS (
    SELECT persona_id, begins_at AS at FROM spells_before UNION SELECT persona_id, ends_at FROM spells_before
    UNION SELECT persona_id, begins_at FROM spells_after UNION SELECT persona_id, ends_at FROM spells_after
), spans AS (
    SELECT persona_id, at AS begins_at, lead(at) OVER (PARTITION BY persona_id ORDER BY at) AS ends_at FROM moments
)
SELECT
    a.persona_id, f.id AS from_id, f.custom_id AS from_custom_id, f.name AS from_name,
    t.id AS to_id, t.custom_id AS to_custom_id, t.name AS to_name, x.begins_at, x.ends_at,
    (SELECT count(*) FROM interactions AS i
     WHERE i.organisation_id = :organisation AND i.persona_id = a.persona_id AND i.at >= x.begins_at AND i.at < x.ends_at)
        AS interactions
FROM spans AS x
JOIN spells_after AS a ON a.persona_id = x.persona_id AND a.begins_at <= x.begins_at AND x.ends_at <= a.ends_at
LEFT JOIN spells_before AS b ON b.persona_id = x.persona_id AND b.begins_at <= x.begins_at AND x.ends_at <= b.ends_at
JOIN people AS t ON t.organisation_id = :organisation AND t.id = a.person_id
LEFT JOIN people AS f ON f.organisation_id = :organisation AND f.id = b.person_id
WHERE b.person_id IS DISTINCT FROM a.person_id
