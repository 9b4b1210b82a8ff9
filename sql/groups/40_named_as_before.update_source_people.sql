-- Whose lines may name a group by the custom_id that it had: their fingerprints go, so that these lines are looked at again.
SELECT s.person_id, s.source_id, CAST(NULL AS bigint) AS fingerprint_a, CAST(NULL AS bigint) AS fingerprint_b
FROM renamed_groups AS r
JOIN memberships AS m ON m.organisation_id = :organisation AND m.group_id = r.group_id
JOIN source_people AS s
    ON s.organisation_id = :organisation AND s.person_id = m.person_id AND s.fingerprint_a IS NOT NULL
