-- Somebody had it, of whom nobody knows who it was (0 is nobody's id).
SELECT v.replaced_by, v.id, CAST(0 AS bigint) AS person_id, CAST(NULL AS text) AS agent_name, CAST(NULL AS bigint) AS said_in
FROM forgotten_people AS f
JOIN persona_versions AS v ON v.organisation_id = :organisation AND v.person_id = f.person_id
