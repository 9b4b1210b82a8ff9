-- What this source gave last of each person: cells that differ, and rows that are new. (Those last: a table that grows
-- many times over in a transaction is no longer what its statistics say, and must not be joined any more.)
CREATE TEMP TABLE given_anew ON COMMIT DROP AS
SELECT
    g.person_id, s.person_id IS NOT NULL AS known, g.said_at,
    coalesce(g.name, s.name) IS DISTINCT FROM s.name
        OR coalesce(g.image_url, s.image_url) IS DISTINCT FROM s.image_url
        OR coalesce(g.previous_custom_id, s.previous_custom_id) IS DISTINCT FROM s.previous_custom_id AS says_more,
    coalesce(g.name, s.name) AS name, coalesce(g.image_url, s.image_url) AS image_url,
    coalesce(g.previous_custom_id, s.previous_custom_id) AS previous_custom_id, g.print_a, g.print_b
FROM given AS g
CROSS JOIN run
LEFT JOIN source_people AS s
    ON s.organisation_id = run.organisation_id AND s.source_id = run.source_id AND s.person_id = g.person_id
WHERE s.person_id IS NULL
   OR coalesce(g.name, s.name) IS DISTINCT FROM s.name
   OR coalesce(g.image_url, s.image_url) IS DISTINCT FROM s.image_url
   OR coalesce(g.previous_custom_id, s.previous_custom_id) IS DISTINCT FROM s.previous_custom_id
   OR g.print_a IS DISTINCT FROM s.print_a
   OR g.print_b IS DISTINCT FROM s.print_b;
ANALYZE given_anew;

-- The prints are no part of what was said: they only spare a look.
INSERT INTO saying_versions
    (organisation_id, person_id, source_id, name, image_url, previous_custom_id, changed_by, said_at, replaced_by)
SELECT
    s.organisation_id, s.person_id, s.source_id, s.name, s.image_url, s.previous_custom_id, s.changed_by, s.said_at,
    run.import_id
FROM given_anew AS a
CROSS JOIN run
JOIN source_people AS s
    ON s.organisation_id = run.organisation_id AND s.source_id = run.source_id AND s.person_id = a.person_id
WHERE a.known AND a.says_more AND s.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

UPDATE source_people AS s
SET
    name = a.name, image_url = a.image_url, previous_custom_id = a.previous_custom_id,
    print_a = a.print_a, print_b = a.print_b,
    changed_by = CASE WHEN a.says_more THEN run.import_id ELSE s.changed_by END,
    said_at = CASE WHEN a.says_more THEN a.said_at ELSE s.said_at END
FROM given_anew AS a
CROSS JOIN run
WHERE a.known
  AND s.organisation_id = run.organisation_id AND s.source_id = run.source_id AND s.person_id = a.person_id;

INSERT INTO source_people
    (organisation_id, source_id, person_id, name, image_url, previous_custom_id, print_a, print_b, changed_by, said_at)
SELECT
    run.organisation_id, run.source_id, a.person_id, a.name, a.image_url, a.previous_custom_id, a.print_a, a.print_b,
    run.import_id, a.said_at
FROM given_anew AS a
CROSS JOIN run
WHERE NOT a.known;
