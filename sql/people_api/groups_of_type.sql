-- How many groups are of a type.
SELECT count(*) AS groups FROM groups AS g WHERE g.organisation_id = :organisation AND g.type = CAST(:type AS text)
