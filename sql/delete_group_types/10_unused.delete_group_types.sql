-- A type goes that no group is of.
SELECT t.id
FROM group_types AS t
WHERE t.organisation_id = :organisation AND t.id = CAST(:type AS bigint)
  AND NOT EXISTS (SELECT FROM groups AS g WHERE g.organisation_id = :organisation AND g.type COLLATE "C" = t.name)
