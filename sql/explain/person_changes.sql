-- Every change of some people themselves, and their states that no import has made.
SELECT
    c.import_id, (c.before).changed_by AS follows, c.id,
    (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS is,
    (c.before).custom_id AS old_custom_id, (c.after).custom_id AS custom_id,
    (c.before).name AS old_name, (c.after).name AS name,
    (c.before).image_url AS old_image_url, (c.after).image_url AS image_url,
    coalesce((c.after).created_at, (c.before).created_at) AS created_at, (c.after).said_in AS said_in
FROM person_changes AS c
WHERE c.organisation_id = CAST(:organisation AS integer) AND c.id = ANY (CAST(:people AS bigint[]))
UNION ALL
SELECT
    NULL, NULL, s.id, false, true, NULL, s.custom_id, NULL, s.name, NULL, s.image_url, s.created_at, s.said_in
FROM person_states AS s
WHERE s.organisation_id = CAST(:organisation AS integer) AND s.id = ANY (CAST(:people AS bigint[]))
  AND s.changed_by IS NULL
