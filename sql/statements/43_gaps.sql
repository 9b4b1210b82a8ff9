-- The gaps into which new statements fall: before the first spell of a persona, between two of them, after the last. (A statement
-- without any time happened when it was loaded.) Each gets a person of its own, named after the agent.
SELECT u.persona_id, u.begins_at, u.ends_at, u.name, row_number() OVER (ORDER BY u.place) AS nth
FROM (
    SELECT
        o.persona_id, o.begins_at, o.ends_at, min(o.place) AS place,
        CASE WHEN o.known_name IS NOT NULL THEN o.known_name WHEN o.named_place <= min(o.place) THEN o.name END AS name
    FROM (
        SELECT
            b.persona_id, b.known_name, b.name, b.named_place, n.place,
            coalesce((SELECT max(p.ends_at) FROM spells AS p
                      WHERE p.organisation_id = :organisation AND p.persona_id = b.persona_id AND p.ends_at <= t.at),
                     '-infinity') AS begins_at,
            coalesce((SELECT min(p.begins_at) FROM spells AS p
                      WHERE p.organisation_id = :organisation AND p.persona_id = b.persona_id AND p.begins_at > t.at),
                     'infinity') AS ends_at
        FROM begun AS b
        JOIN new_statements AS n USING (agent)
        JOIN staged_statements AS s USING (place)
        CROSS JOIN LATERAL (SELECT coalesce(s.at, now()) AS at) AS t
        WHERE NOT EXISTS (
            SELECT FROM spells AS p
            WHERE p.organisation_id = :organisation AND p.persona_id = b.persona_id
              AND p.begins_at <= t.at AND t.at < p.ends_at)
    ) AS o
    GROUP BY o.persona_id, o.begins_at, o.ends_at, o.known_name, o.name, o.named_place
) AS u
