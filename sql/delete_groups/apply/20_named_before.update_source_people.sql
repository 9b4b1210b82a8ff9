-- Whose lines may name them: the fingerprints go, so that these lines are looked at again.
SELECT s.person_id, s.source_id, CAST(NULL AS bigint) AS fingerprint_a, CAST(NULL AS bigint) AS fingerprint_b
FROM (SELECT DISTINCT person_id FROM lost_memberships) AS m
JOIN source_people AS s
    ON s.organisation_id = :organisation AND s.person_id = m.person_id AND s.fingerprint_a IS NOT NULL
