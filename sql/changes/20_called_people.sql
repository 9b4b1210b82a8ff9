-- How people are called in the list, before the import and after it: nothing that depends on the ids that the import gave. A
-- person by custom_id; without one by '#' and id if they were there before (or come back), else by the file and line that they
-- come from, where anybody has seen it, else by their persona. People whom it did not change are called what they were called then: in the first state
-- that a later import replaced.
SELECT
    d.id,
    d.old_custom_id IS NOT NULL AS had_custom_id,
    CASE WHEN d.was THEN coalesce(d.old_custom_id, '#' || d.id) END AS before,
    CASE WHEN d.stays THEN coalesce(
        d.custom_id,
        CASE WHEN d.was OR CAST(:undoes AS boolean) AND EXISTS (
                 SELECT FROM person_versions AS v
                 WHERE v.organisation_id = :organisation AND v.id = d.id AND v.replaced_by <> :import
                   AND (:import = 0 OR v.replaced_by < :import))
             THEN '#' || d.id END,
        CASE WHEN CAST(:tells_lines AS boolean)
             THEN (CAST(:files AS text[]))[1 + CAST(d.said_in >> :line_bits AS integer)] || ':'
                  || (d.said_in & ((CAST(1 AS bigint) << :line_bits) - 1)) END,
        s.ifi,
        '#' || d.id) END AS after
FROM person_differences AS d
LEFT JOIN (
    SELECT person_id, min(ifi) AS ifi
    FROM persona_differences
    WHERE (said_in IS NULL OR NOT CAST(:tells_lines AS boolean)) AND person_id IS NOT NULL
    GROUP BY person_id
) AS s ON NOT d.was AND d.custom_id IS NULL AND s.person_id = d.id
UNION ALL
SELECT o.id, o.custom_id IS NOT NULL, coalesce(o.custom_id, '#' || o.id), coalesce(o.custom_id, '#' || o.id)
FROM (
    SELECT n.id, CASE WHEN v.later = 0 THEN p.custom_id ELSE v.custom_id END AS custom_id
    FROM (
        SELECT old_person_id AS id FROM persona_differences WHERE old_person_id IS NOT NULL
        UNION
        SELECT person_id FROM persona_differences WHERE person_id IS NOT NULL
        UNION
        SELECT old_person_id FROM span_differences WHERE old_person_id IS NOT NULL
        UNION
        SELECT person_id FROM span_differences
        UNION
        SELECT person_id FROM membership_differences
    ) AS n
    LEFT JOIN people AS p ON p.organisation_id = :organisation AND p.id = n.id
    CROSS JOIN LATERAL (
        SELECT count(*) AS later, (array_agg(v.custom_id ORDER BY v.replaced_by))[1] AS custom_id
        FROM person_versions AS v
        WHERE v.organisation_id = :organisation AND v.id = n.id AND :import <> 0 AND v.replaced_by > :import
    ) AS v
    WHERE NOT EXISTS (SELECT FROM person_differences AS d WHERE d.id = n.id)
) AS o
