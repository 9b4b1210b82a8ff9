-- Whether personas are pending in such numbers, and they are half of all, or nobody has any records yet.
SELECT CASE
    WHEN (SELECT count(*)
          FROM (SELECT FROM pending
                WHERE organisation_id = :organisation AND subject = 'persona'
                LIMIT :many) AS p) < :many THEN false
    WHEN NOT EXISTS (SELECT FROM persona_activity_records WHERE organisation_id = :organisation) THEN true
    ELSE (SELECT 2 * count(DISTINCT subject_id)
          FROM pending
          WHERE organisation_id = :organisation AND subject = 'persona')
         >= (SELECT count(*) FROM personas WHERE organisation_id = :organisation)
END AS asked
