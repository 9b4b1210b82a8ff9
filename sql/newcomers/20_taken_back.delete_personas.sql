-- The personas of those who are taken back go.
SELECT p.id FROM newcomers_taken_back AS n JOIN personas AS p ON p.organisation_id = :organisation AND p.person_id = n.person_id
