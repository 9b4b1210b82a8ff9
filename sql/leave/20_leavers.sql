-- Who has left: of the people whom this source gave before, those whom a snapshot does not name any more.
SELECT s.person_id
FROM source_people AS s
WHERE :snapshot AND s.organisation_id = :organisation AND s.source_id = :source
  AND NOT EXISTS (SELECT FROM unchanged_people AS u WHERE u.person_id = s.person_id)
  AND NOT EXISTS (SELECT FROM named_people AS n WHERE n.person_id = s.person_id)
  AND NOT EXISTS (SELECT FROM lines_of_anybody)
