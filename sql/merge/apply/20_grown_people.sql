-- Who stays, as they are to be: with the custom_id that stays, and with a name and an image of the others where they have none.
WITH found AS (
    SELECT
        m.into_id AS id,
        max(m.custom_id) FILTER (WHERE m.keeps) AS custom_id,
        max(m.near_custom_id) FILTER (WHERE m.keeps) AS near_custom_id,
        max(m.former_custom_id) FILTER (WHERE m.keeps) AS former_custom_id,
        max(m.lost_at) FILTER (WHERE m.keeps) AS lost_at,
        (array_agg(m.name ORDER BY m.nth) FILTER (WHERE m.name IS NOT NULL))[1] AS name,
        (array_agg(m.image_url ORDER BY m.nth) FILTER (WHERE m.image_url IS NOT NULL))[1] AS image_url
    FROM merging_people AS m
    GROUP BY m.into_id
)
SELECT f.id, f.custom_id, f.near_custom_id, f.former_custom_id, f.lost_at, f.name, f.image_url
FROM found AS f
JOIN people AS p ON p.organisation_id = :organisation AND p.id = f.id
WHERE (f.custom_id, f.near_custom_id, f.former_custom_id, f.lost_at, f.name, f.image_url)
    IS DISTINCT FROM (p.custom_id, p.near_custom_id, p.former_custom_id, p.lost_at, p.name, p.image_url)
