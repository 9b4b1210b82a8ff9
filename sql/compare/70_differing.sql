-- What differs: whom it is about there (key, or as whom a statement names them, or which record it is: agent) and here (person_id), what is there, and
-- what is here.
SELECT
    'person_missing' AS kind, p.key, CAST(NULL AS text) AS agent, CAST(NULL AS bigint) AS person_id, CAST(NULL AS text) AS there,
    CAST(NULL AS text) AS here
FROM people_there AS p
WHERE NOT EXISTS (SELECT FROM counterparts AS c WHERE c.key = p.key)
UNION ALL
SELECT 'unreadable', NULL, min(u.record), NULL, u.why, NULL
FROM unreadable_there AS u
GROUP BY coalesce(u.id, u.record), u.why
UNION ALL
SELECT 'person_extra', NULL, NULL, h.id, NULL, NULL
FROM people AS h
WHERE h.organisation_id = :organisation AND :compares_people
  AND NOT EXISTS (SELECT FROM counterparts AS c WHERE c.person_id = h.id)
UNION ALL
SELECT 'several_are_one', c.key, NULL, c.person_id, NULL, NULL
FROM (SELECT person_id FROM counterparts GROUP BY person_id HAVING count(*) > 1) AS x
JOIN counterparts AS c USING (person_id)
UNION ALL
SELECT 'custom_id', u.key, NULL, u.person_id, u.custom_id_there, u.custom_id_here
FROM unlike_people AS u
WHERE u.custom_id_there IS NOT NULL AND u.custom_id_there IS DISTINCT FROM u.custom_id_here
UNION ALL
SELECT 'name', u.key, NULL, u.person_id, u.name_there, u.name_here
FROM unlike_people AS u
WHERE u.name_there IS NOT NULL AND nullif(u.name_there, '') IS DISTINCT FROM u.name_here
UNION ALL
SELECT 'image_url', u.key, NULL, u.person_id, u.image_url_there, u.image_url_here
FROM unlike_people AS u
WHERE u.image_url_there IS NOT NULL AND nullif(u.image_url_there, '') IS DISTINCT FROM u.image_url_here
UNION ALL
SELECT
    CASE WHEN u.holder_id IS NULL THEN 'persona_missing' ELSE 'persona_elsewhere' END, u.key, NULL, u.person_id, u.ifi,
    CASE WHEN u.holder_id IS NOT NULL THEN coalesce(o.custom_id, '#' || o.id) END
FROM unlike_personas AS u
LEFT JOIN people AS o ON o.organisation_id = :organisation AND o.id = u.holder_id
WHERE u.key IS NOT NULL
UNION ALL
SELECT 'persona_extra', c.key, NULL, c.person_id, NULL, u.ifi
FROM unlike_personas AS u
JOIN first_counterparts AS c ON c.person_id = u.holder_id
WHERE u.key IS NULL
UNION ALL
SELECT
    'since', x.key, NULL, q.person_id, x.ifi || ' since ' || CAST(x.since AS text),
    x.ifi || ' since ' || CAST(q.begins_at AS text)
FROM (
    SELECT l.key, l.person_id, c.ifi, max(c.since) AS since
    FROM staged_claims AS c
    JOIN lines_of_counterparts AS l USING (line)
    WHERE c.since IS NOT NULL
    GROUP BY l.key, l.person_id, c.ifi
) AS x
JOIN personas AS q ON q.organisation_id = :organisation AND q.ifi = x.ifi AND q.person_id = x.person_id
WHERE q.begins_at <> x.since
UNION ALL
SELECT 'span_missing', l.key, NULL, l.person_id, s.ifi || ' until ' || CAST(s.until AS text), NULL
FROM staged_spells AS s
JOIN lines_of_counterparts AS l USING (line)
LEFT JOIN personas AS q ON q.organisation_id = :organisation AND q.ifi = s.ifi
WHERE NOT EXISTS (
    SELECT FROM closed_spells AS x
    WHERE x.organisation_id = :organisation AND x.persona_id = q.id AND x.person_id = l.person_id
      AND x.ends_at = s.until AND x.begins_at = coalesce(s.since, '-infinity'))
UNION ALL
SELECT 'group_missing', u.key, NULL, u.person_id, u.custom_id, NULL
FROM unlike_memberships AS u
WHERE u.key IS NOT NULL
UNION ALL
SELECT 'group_extra', c.key, NULL, c.person_id, NULL, h.custom_id
FROM unlike_memberships AS u
JOIN first_counterparts AS c ON c.person_id = u.member_id
JOIN groups AS h ON h.organisation_id = :organisation AND h.id = u.group_id
WHERE u.key IS NULL AND EXISTS (SELECT FROM staged_memberships)
UNION ALL
SELECT 'statement_missing', NULL, u.ifi, q.person_id, CAST(u.id AS text), NULL
FROM unlike_statements AS u
LEFT JOIN personas AS q ON q.organisation_id = :organisation AND q.ifi = u.ifi
WHERE u.is_there AND NOT u.is_here
UNION ALL
SELECT
    CASE WHEN u.is_there THEN 'statement_differs' ELSE 'statement_extra' END, NULL, u.ifi, o.person_id,
    CASE WHEN u.is_there THEN CAST(u.id AS text) END, CAST(u.id AS text)
FROM unlike_statements AS u
LEFT JOIN spells AS o
    ON o.organisation_id = :organisation AND o.persona_id = u.persona_id AND u.at >= o.begins_at AND u.at < o.ends_at
WHERE u.is_here
UNION ALL
SELECT 'statements_elsewhere', e.key, NULL, e.person_id, e.statements || ' of ' || e.ifi, coalesce(h.custom_id, '#' || h.id)
FROM statements_elsewhere AS e
JOIN people AS h ON h.organisation_id = :organisation AND h.id = e.holder_id
