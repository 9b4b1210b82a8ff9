-- Whether personas, or people, are pending in such numbers, and they are half of all, or nobody has any records yet.
SELECT CASE
    WHEN (SELECT count(*)
          FROM (SELECT FROM pending
                WHERE organisation_id = :organisation AND subject = :subject
                LIMIT :many) AS p) < :many THEN false
    WHEN :subject = 'persona' AND NOT EXISTS (SELECT FROM persona_activity_records WHERE organisation_id = :organisation)
         OR NOT EXISTS (SELECT FROM person_activity_records WHERE organisation_id = :organisation) THEN true
    ELSE (SELECT 2 * count(DISTINCT subject_id)
          FROM pending
          WHERE organisation_id = :organisation AND subject = :subject)
         >= CASE :subject
            WHEN 'persona' THEN (SELECT count(*) FROM personas WHERE organisation_id = :organisation)
            ELSE (SELECT count(*) FROM people WHERE organisation_id = :organisation)
         END
END AS asked
