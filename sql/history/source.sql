-- The source of a name, made when it is new.
WITH made AS (
    INSERT INTO sources (organisation_id, name) VALUES (:organisation, :name)
    ON CONFLICT (organisation_id, name) DO NOTHING
    RETURNING id
)
SELECT id FROM made
UNION ALL
SELECT id FROM sources WHERE organisation_id = :organisation AND name = :name
LIMIT 1
