-- What no constraint can say: new people have a persona. (An EXCEPT, since NOT EXISTS would be planned for an early hit.)
SELECT :newcomer_ids + nth AS person_id FROM newcomers
EXCEPT
SELECT person_id
FROM personas
WHERE organisation_id = :organisation
  AND person_id > :newcomer_ids AND person_id <= :newcomer_ids + (SELECT count(*) FROM newcomers)
