-- Of the wanted parents those that this source has not given before.
-- index (group_id)
SELECT w.group_id, w.parent_id, w.from_file, w.said_in
FROM wanted_parents AS w
WHERE NOT EXISTS (
    SELECT FROM group_parents AS g
    WHERE g.organisation_id = :organisation AND g.group_id = w.group_id AND g.parent_id = w.parent_id
      AND g.source_id = :source)
