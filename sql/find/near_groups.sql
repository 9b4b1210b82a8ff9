-- The first custom_ids of groups that differ from this one only by letter case, or are it behind a prefix such as `dept:`.
SELECT g.custom_id AS near
FROM groups AS g
WHERE g.organisation_id = CAST(:organisation AS integer) AND g.custom_id <> :custom_id
  AND lower(CAST(:custom_id AS text)) IN (lower(g.custom_id), lower(substr(g.custom_id, strpos(g.custom_id, ':') + 1)))
ORDER BY g.id
LIMIT 3
