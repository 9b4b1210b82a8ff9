-- The first identifiers that a run left where they were: by which line, who had it and whose it would have been, and how many
-- there are in all.
SELECT
    s.ifi, f.why, f.said_in, h.custom_id AS holder_custom_id, h.name AS holder_name,
    c.custom_id AS claimant_custom_id, c.name AS claimant_name, count(*) OVER () AS total
FROM left_personas AS f
LEFT JOIN LATERAL (
    SELECT p.ifi FROM persona_states AS p WHERE p.organisation_id = :organisation AND p.id = f.persona_id LIMIT 1
) AS s ON true
LEFT JOIN people AS h ON h.organisation_id = :organisation AND h.id = f.holder_id
LEFT JOIN people AS c ON c.organisation_id = :organisation AND c.id = f.claimant_id
WHERE f.organisation_id = :organisation AND f.import_id = :import
ORDER BY f.said_in, f.persona_id
LIMIT :limit
