-- What the lines of each target give. The print is that of the line, if it is one, and all of it is carried out.
-- (One with a word for nothing has none: whether that is somebody's id, who has it says every time.)
SELECT
    t.person_id, t.how, t.custom_id, l.near_custom_id, l.said_in,
    CASE WHEN l.previous_custom_id <> l.custom_id THEN l.previous_custom_id END AS previous_custom_id,
    l.former_custom_id, l.name, l.image_url, l.created,
    l.clears_groups OR :groups = 'replace' AND l.names_groups AS clears_groups,
    CASE WHEN coalesce(o.line, w.line) IS NULL AND s.person_id IS NULL THEN l.fingerprint_a END AS fingerprint_a,
    CASE WHEN coalesce(o.line, w.line) IS NULL AND s.person_id IS NULL THEN l.fingerprint_b END AS fingerprint_b
FROM targets AS t
JOIN staged_lines AS l ON l.line = t.component
LEFT JOIN (SELECT DISTINCT line FROM passed_over) AS o ON o.line = l.line
LEFT JOIN (SELECT DISTINCT line FROM words_for_nothing) AS w ON w.line = l.line
LEFT JOIN people_named_by_rejects AS s ON s.person_id = t.person_id
WHERE NOT EXISTS (SELECT FROM crowded_targets AS c WHERE c.person_id = t.person_id)
UNION ALL
SELECT
    person_id, how, custom_id, near_custom_id, said_in, previous_custom_id, former_custom_id, name, image_url, created,
    clears_groups, NULL, NULL
FROM given_together
