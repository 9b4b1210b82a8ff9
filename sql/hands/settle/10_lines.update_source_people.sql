-- The fingerprints of everybody whom anything has happened to go, so that their lines are looked at again.
SELECT s.person_id, s.source_id, CAST(NULL AS bigint) AS fingerprint_a, CAST(NULL AS bigint) AS fingerprint_b
FROM touched_people AS t
JOIN source_people AS s ON s.organisation_id = :organisation AND s.person_id = t.person_id AND s.fingerprint_a IS NOT NULL
