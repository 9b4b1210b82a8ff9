-- Accounts whose name is somebody's address.
SELECT a.person_id, p.person_id AS other_id, 'an account named as the address' AS kind, a.ifi AS value, 0.95 AS weight
FROM account_names AS a
JOIN personas AS p
    ON p.organisation_id = :organisation AND p.kind = 'mbox' AND lower(substr(p.ifi, 8)) = a.name
    AND p.person_id <> a.person_id
WHERE strpos(a.name, '@') > 1
