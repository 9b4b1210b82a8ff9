-- What others have said, or may say yet, and they have voided, stays voided: by nobody's word.
SELECT
    CAST(encode(substr(sha256(k.key || uuid_send(v.voids)), 1, 16), 'hex') AS uuid) AS id, v.voids, s.activity_id, s.verb, s.at,
    decode(repeat('00', 17), 'hex') AS digest, :import AS loaded_by
FROM (
    SELECT s.voids, min(s.id::text) AS id
    FROM said_by_them AS s
    WHERE s.voids IS NOT NULL AND NOT EXISTS (SELECT FROM said_by_them AS o WHERE o.id = s.voids)
    GROUP BY s.voids
) AS v
JOIN statements AS s ON s.organisation_id = :organisation AND s.id = CAST(v.id AS uuid)
JOIN erasure_keys AS k ON k.organisation_id = :organisation
WHERE NOT EXISTS (
    SELECT FROM statements AS o
    WHERE o.organisation_id = :organisation AND o.voids = v.voids AND o.voids IS NOT NULL
      AND NOT EXISTS (SELECT FROM said_by_them AS x WHERE x.id = o.id))
