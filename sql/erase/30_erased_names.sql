-- By what no feed may bring them back: identifiers that nobody else has, or was the last to have; custom_ids (kind null) that
-- were theirs last, or nobody else's ever.
SELECT DISTINCT CAST(s.kind AS text) AS kind, s.ifi AS name
FROM had_personas AS h
JOIN persona_states AS s ON s.organisation_id = :organisation AND s.id = h.persona_id
LEFT JOIN shared_personas AS x ON x.persona_id = h.persona_id
WHERE (NOT h.stays OR x.is_theirs)
  AND NOT EXISTS (
    SELECT FROM personas AS p
    WHERE p.organisation_id = :organisation AND p.ifi = s.ifi AND p.id <> s.id AND p.person_id IS NOT NULL)
UNION
SELECT NULL, i.custom_id
FROM (
    SELECT s.custom_id, s.former_custom_id, row_number() OVER (PARTITION BY s.id ORDER BY s.replaced_by DESC NULLS FIRST) = 1 AS is_last
    FROM erased_people AS e
    JOIN person_states AS s ON s.organisation_id = :organisation AND s.id = e.person_id
) AS s
CROSS JOIN LATERAL (VALUES (s.custom_id), (s.former_custom_id)) AS i (custom_id)
WHERE i.custom_id IS NOT NULL
  AND (s.is_last OR NOT EXISTS (
    SELECT FROM person_versions AS v
    WHERE v.organisation_id = :organisation AND v.custom_id = i.custom_id
      AND NOT EXISTS (SELECT FROM erased_people AS x WHERE x.person_id = v.id)))
  AND NOT EXISTS (
    SELECT FROM people AS p
    WHERE p.organisation_id = :organisation AND p.custom_id = i.custom_id
      AND NOT EXISTS (SELECT FROM erased_people AS x WHERE x.person_id = p.id))
  AND NOT EXISTS (
    SELECT FROM people AS p
    WHERE p.organisation_id = :organisation AND p.former_custom_id = i.custom_id
      AND NOT EXISTS (SELECT FROM erased_people AS x WHERE x.person_id = p.id))
