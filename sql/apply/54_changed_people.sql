-- People who were there and in whom what lines give differs, as they are to be. (Who gets a custom_id has no former one any
-- more.)
SELECT
    p.id, g.said_in,
    coalesce(p.custom_id, g.custom_id) AS custom_id,
    CASE WHEN p.custom_id IS NULL AND g.custom_id IS NOT NULL THEN g.near_custom_id ELSE p.near_custom_id END AS near_custom_id,
    CASE WHEN g.custom_id IS NULL THEN p.former_custom_id END AS former_custom_id,
    CASE WHEN g.custom_id IS NULL THEN p.lost_at END AS lost_at,
    CASE WHEN g.name IS NULL THEN p.name ELSE nullif(g.name, '') END AS name,
    CASE WHEN g.image_url IS NULL THEN p.image_url ELSE nullif(g.image_url, '') END AS image_url
FROM (
    SELECT
        g.person_id, g.how, g.custom_id, g.near_custom_id, g.said_in,
        CASE WHEN b.name THEN NULL ELSE g.name END AS name,
        CASE WHEN b.image_url THEN NULL ELSE g.image_url END AS image_url
    FROM given AS g
    LEFT JOIN given_last_time_too AS b USING (person_id)
) AS g
JOIN people AS p ON p.organisation_id = :organisation AND p.id = g.person_id
WHERE g.how <> 'new'
  AND (p.custom_id IS NULL AND g.custom_id IS NOT NULL
       OR g.name IS NOT NULL AND nullif(g.name, '') IS DISTINCT FROM p.name
       OR g.image_url IS NOT NULL AND nullif(g.image_url, '') IS DISTINCT FROM p.image_url)
