-- What sources said of somebody who is not there any more, and does not come back, does not come back either.
SELECT u.person_id, u.source_id
FROM undone_sayings AS u
WHERE u.how = 'insert'
  AND NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = :organisation AND p.id = u.person_id)
  AND NOT EXISTS (SELECT FROM clear_people AS x WHERE x.person_id = u.person_id AND x.how = 'insert')
