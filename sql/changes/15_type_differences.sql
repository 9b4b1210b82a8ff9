-- What an import did to types of groups, row by row, as far as it does not go with what it did to a group.
SELECT
    c.id, (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS stays,
    (c.before).name AS old_name, (c.after).name AS name
FROM group_type_changes AS c
WHERE c.organisation_id = :organisation
  AND c.import_id = :import
  AND ((c.before).organisation_id IS NOT NULL AND (c.after).organisation_id IS NOT NULL
       OR (c.before).organisation_id IS NULL
          AND NOT EXISTS (SELECT FROM group_differences AS d WHERE d.type COLLATE "C" = (c.after).name)
       OR (c.after).organisation_id IS NULL
          AND NOT EXISTS (SELECT FROM group_differences AS d WHERE d.old_type COLLATE "C" = (c.before).name))
