-- Who is called otherwise there than here.
SELECT
    c.key, c.person_id, p.custom_id AS custom_id_there, h.custom_id AS custom_id_here, p.name AS name_there, h.name AS name_here,
    p.image_url AS image_url_there, h.image_url AS image_url_here
FROM counterparts AS c
JOIN people_there AS p USING (key)
JOIN people AS h ON h.organisation_id = :organisation AND h.id = c.person_id
WHERE p.custom_id IS NOT NULL AND p.custom_id IS DISTINCT FROM h.custom_id
   OR p.name IS NOT NULL AND nullif(p.name, '') IS DISTINCT FROM h.name
   OR p.image_url IS NOT NULL AND nullif(p.image_url, '') IS DISTINCT FROM h.image_url
