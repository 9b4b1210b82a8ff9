-- Whether personas are pending in such numbers, and nobody has any records yet.
SELECT
    (SELECT count(*)
     FROM (SELECT FROM pending
           WHERE organisation_id = :organisation AND subject = 'persona'
           LIMIT :many) AS p) >= :many
    AND NOT EXISTS (SELECT FROM persona_activity_records WHERE organisation_id = :organisation)
    AND NOT EXISTS (SELECT FROM person_activity_records WHERE organisation_id = :organisation)
    AND NOT EXISTS (SELECT FROM person_records WHERE organisation_id = :organisation) AS asked
