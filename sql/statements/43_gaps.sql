-- The gaps into which new statements fall: before the first spell of a persona, between two of them, after the last. (A statement
-- without any time happened when it was loaded.) Each gets a person of its own, named after the agent.
SELECT u.persona_id, u.begins_at, u.ends_at, u.name, row_number() OVER (ORDER BY u.place) AS nth
FROM (
    SELECT
        b.persona_id, coalesce(e.ends_at, '-infinity') AS begins_at, least(f.begins_at, b.since) AS ends_at,
        min(n.place) AS place,
        CASE WHEN b.known_name IS NOT NULL THEN b.known_name WHEN b.named_place <= min(n.place) THEN b.name END AS name
    FROM begun AS b
    JOIN new_statements AS n USING (agent)
    CROSS JOIN LATERAL (SELECT coalesce(n.at, now()) AS at) AS t
    LEFT JOIN LATERAL (
        SELECT c.ends_at
        FROM closed_spells AS c
        WHERE c.organisation_id = :organisation AND c.persona_id = b.persona_id AND c.begins_at <= t.at
        ORDER BY c.begins_at DESC
        LIMIT 1
    ) AS e ON true
    LEFT JOIN LATERAL (
        SELECT c.begins_at
        FROM closed_spells AS c
        WHERE c.organisation_id = :organisation AND c.persona_id = b.persona_id AND c.begins_at > t.at
        ORDER BY c.begins_at
        LIMIT 1
    ) AS f ON true
    WHERE t.at < b.since AND (e.ends_at IS NULL OR e.ends_at <= t.at)
    GROUP BY b.persona_id, coalesce(e.ends_at, '-infinity'), least(f.begins_at, b.since), b.known_name, b.name, b.named_place
) AS u
