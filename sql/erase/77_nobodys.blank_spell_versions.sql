-- So it is for times that have ended.
SELECT v.replaced_by, v.persona_id, v.begins_at, CAST(0 AS bigint) AS person_id, CAST(NULL AS bigint) AS said_in
FROM forgotten_people AS f
JOIN spell_versions AS v ON v.organisation_id = :organisation AND v.person_id = f.person_id
