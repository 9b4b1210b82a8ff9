-- Who has the hash of somebody's address.
SELECT
    h.person_id, p.person_id AS other_id,
    CASE WHEN h.bare THEN 'mbox_sha1sum of the bare address' ELSE 'mbox_sha1sum of the address' END AS kind,
    h.address AS value, CASE WHEN h.bare THEN 0.95 ELSE 0.99 END AS weight
FROM mbox_sums AS h
JOIN personas AS p
    ON p.organisation_id = :organisation AND p.ifi = h.ifi AND p.kind = 'mbox_sha1sum' AND p.person_id <> h.person_id
