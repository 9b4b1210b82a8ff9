-- How much of what the guards watch an import has done, by its change set: people who had a custom_id and lost personas
-- to somebody else with one, and such people who are gone.
WITH moved AS (
    SELECT (c.before).person_id AS from_id, (c.after).person_id AS to_id
    FROM persona_changes AS c
    WHERE c.organisation_id = :organisation AND c.import_id = :import
      AND (c.before).organisation_id IS NOT NULL AND (c.before).person_id <> (c.after).person_id
)
SELECT
    (SELECT count(DISTINCT m.from_id)
     FROM moved AS m
     JOIN people AS t ON t.organisation_id = :organisation AND t.id = m.to_id AND t.custom_id IS NOT NULL
     LEFT JOIN person_versions AS v ON v.organisation_id = :organisation AND v.replaced_by = :import AND v.id = m.from_id
     LEFT JOIN people AS f ON f.organisation_id = :organisation AND f.id = m.from_id
     WHERE CASE WHEN v.id IS NULL THEN f.custom_id ELSE v.custom_id END IS NOT NULL) AS takeovers,
    (SELECT count(*)
     FROM person_changes AS c
     WHERE c.organisation_id = :organisation AND c.import_id = :import
       AND (c.before).custom_id IS NOT NULL AND (c.after).organisation_id IS NULL) AS deletes
