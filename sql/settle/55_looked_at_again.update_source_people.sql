-- To whom anything else has happened than that this source's line was taken over: their fingerprints go, so that their lines
-- are looked at again, whichever source's.
SELECT s.person_id, s.source_id, CAST(NULL AS bigint) AS fingerprint_a, CAST(NULL AS bigint) AS fingerprint_b
FROM touched_people AS t
JOIN source_people AS s ON s.organisation_id = :organisation AND s.person_id = t.person_id AND s.fingerprint_a IS NOT NULL
WHERE NOT (s.source_id = :source AND s.person_id IN (SELECT g.person_id FROM given AS g))
