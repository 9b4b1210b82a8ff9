-- What somebody keeps of whom exactly other personas are wished: what is pinned to them.
SELECT p.ifi
FROM wishes_of_one_person AS w
JOIN personas AS p ON p.organisation_id = :organisation AND p.person_id = w.person_id
WHERE w.exactly_personas AND p.pinned AND NOT EXISTS (SELECT FROM staged_claims AS c WHERE c.ifi = p.ifi)
