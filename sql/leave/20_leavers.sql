-- Who has left: of the people whom this source gave before, those whom a snapshot does not name any more; and whom it says to
-- have left, of whom no line of this import is.
SELECT s.person_id
FROM source_people AS s
WHERE :anybody_may_leave AND s.organisation_id = :organisation AND s.source_id = :source
  AND (:snapshot
       AND NOT EXISTS (SELECT FROM unchanged_people AS u WHERE u.person_id = s.person_id)
       AND NOT EXISTS (SELECT FROM named_people AS n WHERE n.person_id = s.person_id)
       AND NOT EXISTS (SELECT FROM lines_of_anybody)
    OR s.person_id IN (
       SELECT p.id
       FROM people_said_to_have_left AS w
       JOIN people AS p ON p.organisation_id = :organisation AND p.custom_id = w.custom_id
       WHERE NOT EXISTS (SELECT FROM unchanged_people AS u WHERE u.person_id = p.id)
         AND NOT EXISTS (SELECT FROM targets AS t WHERE t.person_id = p.id)
         AND NOT EXISTS (SELECT FROM people_named_by_rejects AS r WHERE r.person_id = p.id)))
