-- What this source gives of people where it differs from what it gave of them last: changed cells, and people who are new to
-- it. The prints are no part of what was said: they only spare a look. (By hand nobody is given.)
SELECT
    g.person_id, s.person_id IS NOT NULL AS known, g.said_in,
    coalesce(g.name, s.name) IS DISTINCT FROM s.name
        OR coalesce(g.image_url, s.image_url) IS DISTINCT FROM s.image_url
        OR coalesce(g.previous_custom_id, s.previous_custom_id) IS DISTINCT FROM s.previous_custom_id AS says_more,
    coalesce(g.name, s.name) AS name, coalesce(g.image_url, s.image_url) AS image_url,
    coalesce(g.previous_custom_id, s.previous_custom_id) AS previous_custom_id, g.fingerprint_a, g.fingerprint_b
FROM given AS g
LEFT JOIN source_people AS s
    ON s.organisation_id = :organisation AND s.source_id = :source AND s.person_id = g.person_id
WHERE :remembers
  AND NOT EXISTS (SELECT FROM emptied_people AS e WHERE e.person_id = g.person_id)
  AND (s.person_id IS NULL
       OR coalesce(g.name, s.name) IS DISTINCT FROM s.name
       OR coalesce(g.image_url, s.image_url) IS DISTINCT FROM s.image_url
       OR coalesce(g.previous_custom_id, s.previous_custom_id) IS DISTINCT FROM s.previous_custom_id
       OR g.fingerprint_a IS DISTINCT FROM s.fingerprint_a
       OR g.fingerprint_b IS DISTINCT FROM s.fingerprint_b)
