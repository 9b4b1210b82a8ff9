-- New people are made.
SELECT
    person_id AS id, custom_id, near_custom_id, nullif(name, '') AS name, nullif(image_url, '') AS image_url,
    former_custom_id, CASE WHEN former_custom_id IS NOT NULL THEN CAST(:moment AS timestamptz) END AS lost_at,
    coalesce(created, now()) AS created_at, said_in
FROM given
WHERE how = 'new'
