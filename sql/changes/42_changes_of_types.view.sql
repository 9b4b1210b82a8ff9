-- Types of groups that come, go, or are called otherwise.
SELECT
    CASE WHEN NOT was THEN 'create' WHEN NOT stays THEN 'delete' ELSE 'rename' END AS action,
    'group_type' AS field, old_name AS old, name AS new
FROM type_differences
