-- The groups that the lines name, themselves or as a group's parent, and those of them that exist, or may be made: any
-- with --create-groups, else those of a groups file (whose definitions have numbers below 0).
SELECT n.custom_id, g.id, :create_groups OR n.from_file AS may_be_made
FROM (
    SELECT custom_id, bool_or(definition < 0) AS from_file
    FROM (
        SELECT DISTINCT group_custom_id AS custom_id, 0 AS definition FROM staged_memberships
        UNION ALL
        SELECT custom_id, 0 FROM groups_of_plain_newcomers
        UNION ALL
        SELECT custom_id, definition FROM staged_definitions
    ) AS said
    GROUP BY custom_id
) AS n
LEFT JOIN groups AS g ON g.organisation_id = :organisation AND g.custom_id = n.custom_id
