-- What accounts are called.
SELECT p.person_id, p.ifi, lower(substr(p.ifi, strpos(p.ifi, ' ') + 1)) AS name, substr(p.ifi, strpos(p.ifi, ' ') + 1) AS as_written
FROM personas AS p
WHERE p.organisation_id = :organisation AND p.kind = 'account' AND p.person_id IS NOT NULL
