-- What differs: whom it is about there (key) and here (person_id), what is there, and what is here.
SELECT 'person_missing' AS kind, p.key, CAST(NULL AS bigint) AS person_id, CAST(NULL AS text) AS there, CAST(NULL AS text) AS here
FROM people_there AS p
WHERE NOT EXISTS (SELECT FROM counterparts AS c WHERE c.key = p.key)
UNION ALL
SELECT 'person_extra', NULL, h.id, NULL, NULL
FROM people AS h
WHERE h.organisation_id = :organisation AND NOT EXISTS (SELECT FROM counterparts AS c WHERE c.person_id = h.id)
UNION ALL
SELECT 'several_are_one', c.key, c.person_id, NULL, NULL
FROM (SELECT person_id FROM counterparts GROUP BY person_id HAVING count(*) > 1) AS x
JOIN counterparts AS c USING (person_id)
UNION ALL
SELECT 'custom_id', p.key, h.id, p.custom_id, h.custom_id
FROM counterparts AS c
JOIN people_there AS p USING (key)
JOIN people AS h ON h.organisation_id = :organisation AND h.id = c.person_id
WHERE p.custom_id <> h.custom_id OR p.custom_id IS NOT NULL AND h.custom_id IS NULL
UNION ALL
SELECT 'name', p.key, h.id, p.name, h.name
FROM counterparts AS c
JOIN people_there AS p USING (key)
JOIN people AS h ON h.organisation_id = :organisation AND h.id = c.person_id
WHERE p.name IS NOT NULL AND nullif(p.name, '') IS DISTINCT FROM h.name
UNION ALL
SELECT 'image_url', p.key, h.id, p.image_url, h.image_url
FROM counterparts AS c
JOIN people_there AS p USING (key)
JOIN people AS h ON h.organisation_id = :organisation AND h.id = c.person_id
WHERE p.image_url IS NOT NULL AND nullif(p.image_url, '') IS DISTINCT FROM h.image_url
UNION ALL
SELECT
    CASE WHEN q.person_id IS NULL THEN 'persona_missing' ELSE 'persona_elsewhere' END, t.key, c.person_id, t.ifi,
    CASE WHEN q.person_id IS NOT NULL THEN coalesce(o.custom_id, '#' || o.id) END
FROM counterparts AS c
JOIN personas_there AS t USING (key)
LEFT JOIN personas AS q ON q.organisation_id = :organisation AND q.ifi = t.ifi
LEFT JOIN people AS o ON o.organisation_id = :organisation AND o.id = q.person_id
WHERE q.person_id IS DISTINCT FROM c.person_id
UNION ALL
SELECT 'persona_extra', c.key, c.person_id, NULL, q.ifi
FROM (SELECT person_id, min(key) AS key FROM counterparts GROUP BY person_id) AS c
JOIN personas AS q ON q.organisation_id = :organisation AND q.person_id = c.person_id
WHERE NOT EXISTS (SELECT FROM personas_there AS t WHERE t.ifi = q.ifi)
UNION ALL
SELECT 'span_missing', t.key, c.person_id, s.ifi || ' until ' || CAST(s.until AS text), NULL
FROM staged_spells AS s
JOIN there AS t USING (line)
JOIN counterparts AS c USING (key)
LEFT JOIN personas AS q ON q.organisation_id = :organisation AND q.ifi = s.ifi
WHERE NOT EXISTS (
    SELECT FROM closed_spells AS x
    WHERE x.organisation_id = :organisation AND x.persona_id = q.id AND x.person_id = c.person_id
      AND x.ends_at = s.until AND x.begins_at = coalesce(s.since, '-infinity'))
UNION ALL
SELECT 'group_missing', g.key, c.person_id, g.custom_id, NULL
FROM groups_there AS g
JOIN counterparts AS c USING (key)
WHERE NOT EXISTS (
    SELECT FROM memberships AS m
    JOIN groups AS h ON h.organisation_id = :organisation AND h.id = m.group_id
    WHERE m.organisation_id = :organisation AND m.person_id = c.person_id AND h.custom_id = g.custom_id)
UNION ALL
SELECT 'group_extra', c.key, c.person_id, NULL, h.custom_id
FROM (SELECT person_id, min(key) AS key FROM counterparts GROUP BY person_id) AS c
JOIN (SELECT DISTINCT organisation_id, person_id, group_id FROM memberships WHERE organisation_id = :organisation) AS m
    ON m.person_id = c.person_id
JOIN groups AS h ON h.organisation_id = :organisation AND h.id = m.group_id
WHERE EXISTS (SELECT FROM groups_there)
  AND NOT EXISTS (
    SELECT FROM groups_there AS g
    JOIN counterparts AS o USING (key)
    WHERE o.person_id = c.person_id AND g.custom_id = h.custom_id)
