-- To whom anything else has happened than that this source's line was taken over: their fingerprints go, so that their lines
-- are looked at again, whichever source's. (Of whom this source's line is, only where there are other sources.)
SELECT s.person_id, s.source_id, CAST(NULL AS bigint) AS fingerprint_a, CAST(NULL AS bigint) AS fingerprint_b
FROM touched_people AS t
JOIN source_people AS s ON s.organisation_id = :organisation AND s.person_id = t.person_id AND s.fingerprint_a IS NOT NULL
WHERE NOT EXISTS (SELECT FROM given AS g WHERE g.person_id = t.person_id)
UNION ALL
SELECT s.person_id, s.source_id, NULL, NULL
FROM touched_people AS t
JOIN given AS g USING (person_id)
JOIN source_people AS s
    ON s.organisation_id = :organisation AND s.person_id = t.person_id AND s.source_id <> :source AND s.fingerprint_a IS NOT NULL
WHERE (SELECT count(*) FROM sources AS o WHERE o.organisation_id = :organisation) > 1
