-- Whose lines say nothing new: this source gave them before, and by a line that is the same in the files of today. It has their
-- custom_id.
SELECT s.person_id
FROM source_people AS s
WHERE :skips AND s.organisation_id = :organisation AND s.source_id = :source AND s.fingerprint_a IS NOT NULL
  AND NOT EXISTS (SELECT FROM people_not_said_again AS u WHERE u.person_id = s.person_id)
