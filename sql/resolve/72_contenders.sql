-- The claims on personas that somebody has.
SELECT c.component, c.line, c.place, c.ifi, c.said_in, c.persona_id, c.holder_id
FROM claims AS c
WHERE c.persona_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM withdrawn AS w WHERE w.line = c.line AND w.place = c.place)
