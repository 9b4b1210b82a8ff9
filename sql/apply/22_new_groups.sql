-- Groups that accepted lines name and nobody has.
SELECT n.custom_id, coalesce(s.said_in_file_at, s.said_in) AS said_in, row_number() OVER (ORDER BY n.custom_id) AS nth
FROM named_groups AS n
JOIN (
    SELECT custom_id, min(said_in) AS said_in, min(said_in_file_at) AS said_in_file_at
    FROM (
        SELECT m.group_custom_id AS custom_id, m.said_in, CAST(NULL AS bigint) AS said_in_file_at
        FROM staged_memberships AS m
        WHERE NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = m.line)
          AND NOT EXISTS (SELECT FROM waiting_lines AS w WHERE w.line = m.line)
        UNION ALL
        SELECT custom_id, said_in, NULL FROM groups_of_plain_newcomers
        UNION ALL
        SELECT custom_id, said_in, said_in_file_at FROM group_values
    ) AS said
    GROUP BY custom_id
) AS s USING (custom_id)
WHERE n.may_be_made AND n.id IS NULL
