-- Personas that nobody has had, nor claims, and that somebody had for a time: they are nobody's from the end of the last on.
SELECT
    row_number() OVER (ORDER BY min(e.line), min(e.place)) AS nth, e.kind, e.ifi, e.near, max(e.ends_at) AS begins_at,
    (array_agg(e.as_written ORDER BY e.line, e.place))[1] AS as_written,
    (array_agg(e.agent_name ORDER BY e.line, e.place) FILTER (WHERE e.agent_name IS NOT NULL))[1] AS agent_name,
    min(e.created) AS created, min(e.said_in) AS said_in
FROM said_spells AS e
JOIN targets AS t USING (component)
WHERE e.persona_id IS NULL
  AND NOT EXISTS (SELECT FROM spells_of_others AS o WHERE o.line = e.line AND o.place = e.place)
  AND NOT EXISTS (
      SELECT FROM claims AS c
      WHERE c.ifi = e.ifi
        AND NOT EXISTS (SELECT FROM withdrawn_claims AS w WHERE w.line = c.line AND w.place = c.place))
GROUP BY e.kind, e.ifi, e.near
