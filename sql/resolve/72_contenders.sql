-- The claims on personas that are there, with the beginning of their open spell, and that of the component's; where these
-- differ, somebody's spell is split. (Those of nobody are not: what comes after their end is free.)
SELECT
    c.component, c.line, c.place, c.ifi, c.said_in, c.persona_id, c.holder_id,
    c.begins_at AS began_at, greatest(c.begins_at, m.at) AS begins_at,
    c.holder_id IS NOT NULL AND coalesce(m.at > c.begins_at, false) AS splits
FROM claims AS c
LEFT JOIN moments AS m ON m.line = c.line AND m.place = c.place
WHERE c.persona_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM withdrawn AS w WHERE w.line = c.line AND w.place = c.place)
