-- The people there. (Of several cells the last that is not blank.)
SELECT
    t.key,
    (array_agg(t.custom_id ORDER BY t.line DESC) FILTER (WHERE t.custom_id IS NOT NULL))[1] AS custom_id,
    (array_agg(t.name ORDER BY t.line DESC) FILTER (WHERE t.name IS NOT NULL))[1] AS name,
    (array_agg(t.image_url ORDER BY t.line DESC) FILTER (WHERE t.image_url IS NOT NULL))[1] AS image_url
FROM there AS t
GROUP BY t.key
