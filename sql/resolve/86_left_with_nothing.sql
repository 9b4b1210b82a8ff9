-- The stranded lines that are rejected, since all that they claim was passed over; not those that will have something.
WITH lost AS (
    SELECT DISTINCT ON (s.component) s.component, o.ifi, o.place, o.why
    FROM passed_over AS o
    JOIN stranded_lines AS s USING (line)
    WHERE o.why <> 'repeated' AND NOT s.waits
      AND NOT EXISTS (
          SELECT
          FROM stranded_lines AS n
          JOIN passed_over AS e ON e.line = n.line AND e.why = 'since_future'
          WHERE n.component = s.component)
    ORDER BY s.component, array_position(ARRAY['contested', 'later_line', 'had_by_another', 'pinned', 'takeover'], o.why), o.line, o.place
)
SELECT
    s.line,
    CASE l.why WHEN 'takeover' THEN 'takeover_left_nothing' WHEN 'pinned' THEN 'pin_left_nothing'
         WHEN 'had_by_another' THEN 'spell_left_nothing' ELSE 'contested' END
        AS code,
    o.place, l.ifi AS value
FROM lost AS l
JOIN stranded_lines AS s USING (component)
LEFT JOIN (SELECT line, ifi, min(place) AS place FROM passed_over GROUP BY line, ifi) AS o ON o.line = s.line AND o.ifi = l.ifi
