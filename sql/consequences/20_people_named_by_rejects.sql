-- The people whom rejected lines name: nothing is taken away from them. Whose a persona is counts after the moves, and a
-- custom_id after it has been given, so that importing the same lines again protects the same people. `may_leave`: named
-- only by a newcomer's line that may not take over what they have; a snapshot lets them go all the same.
SELECT person_id, bool_and(may_leave) AS may_leave
FROM (
    SELECT p.id AS person_id, false AS may_leave
    FROM rejects AS r
    JOIN staged_lines AS l USING (line)
    CROSS JOIN LATERAL (VALUES (l.custom_id), (l.previous_custom_id)) AS n (custom_id)
    JOIN people AS p ON p.organisation_id = :organisation AND p.custom_id = n.custom_id
    UNION ALL
    SELECT t.person_id, false
    FROM rejects AS r
    JOIN staged_lines AS l USING (line)
    JOIN targets AS t ON t.custom_id = l.previous_custom_id
    UNION ALL
    SELECT p.id, false
    FROM rejects AS r
    JOIN staged_lines AS l USING (line)
    CROSS JOIN LATERAL (VALUES (l.custom_id), (l.previous_custom_id)) AS n (custom_id)
    JOIN people AS p
        ON p.organisation_id = :organisation AND p.former_custom_id = n.custom_id AND p.custom_id IS NULL
    WHERE NOT EXISTS (SELECT FROM people AS h WHERE h.organisation_id = :organisation AND h.custom_id = n.custom_id)
      AND NOT EXISTS (SELECT FROM targets AS t WHERE t.custom_id = n.custom_id)
    UNION ALL
    SELECT coalesce(t.person_id, p.person_id), r.code = 'takeover_left_nothing'
    FROM rejects AS r
    JOIN staged_claims AS c USING (line)
    LEFT JOIN (
        SELECT k.ifi, k.component
        FROM claims AS k
        WHERE NOT EXISTS (SELECT FROM withdrawn_claims AS w WHERE w.line = k.line AND w.place = k.place)
    ) AS k ON k.ifi = c.ifi
    LEFT JOIN targets AS t ON t.component = k.component
    LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = c.ifi
    WHERE coalesce(t.person_id, p.person_id) IS NOT NULL
) AS named
GROUP BY person_id
