-- Whom a correction may have given something that is new: those whom it is about, and who has now what it has moved.
SELECT array(
    SELECT unnest(CAST(:about AS bigint[]))
    UNION
    SELECT p.person_id
    FROM persona_versions AS v
    JOIN personas AS p ON p.organisation_id = :organisation AND p.id = v.id
    WHERE v.organisation_id = :organisation AND v.replaced_by = :import AND p.person_id IS NOT NULL
) AS concerned
