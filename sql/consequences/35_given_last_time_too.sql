-- With --keep-edits a value that this source gave last time too is not applied again: what stands there now is the same,
-- or somebody has edited it since.
SELECT g.person_id, s.name = g.name AS name, s.image_url = g.image_url AS image_url
FROM given AS g
JOIN source_people AS s
    ON s.organisation_id = :organisation AND s.source_id = :source AND s.person_id = g.person_id
WHERE :keep_edits AND g.how <> 'new' AND (s.name = g.name OR s.image_url = g.image_url)
