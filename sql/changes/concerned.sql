-- Whom a correction may have given something that is new, and what: those whom it is about, and who has now what it has moved, or
-- had it, by now, for a time that has ended; and of their personas, those that it has touched.
WITH of_people AS (
    SELECT unnest(CAST(:about AS bigint[])) AS person_id
    UNION
    SELECT p.person_id
    FROM persona_versions AS v
    JOIN personas AS p ON p.organisation_id = :organisation AND p.id = v.id
    WHERE v.organisation_id = :organisation AND v.replaced_by = :import AND p.person_id IS NOT NULL
    UNION
    SELECT s.person_id
    FROM spell_versions AS v
    JOIN closed_spells AS s
        ON s.organisation_id = :organisation AND s.persona_id = v.persona_id AND s.changed_by = :import
    WHERE v.organisation_id = :organisation AND v.replaced_by = :import
), of_personas AS (
    SELECT p.id AS persona_id
    FROM of_people AS o
    JOIN personas AS p ON p.organisation_id = :organisation AND p.person_id = o.person_id AND p.changed_by = :import
    UNION
    SELECT s.persona_id
    FROM of_people AS o
    JOIN closed_spells AS s ON s.organisation_id = :organisation AND s.person_id = o.person_id AND s.changed_by = :import
)
SELECT array(SELECT person_id FROM of_people) AS people, array(SELECT persona_id FROM of_personas) AS personas
