-- What is not claimed after all.
SELECT line, place, persona_id FROM pins
UNION ALL
SELECT line, place, persona_id FROM takeovers WHERE stays
UNION ALL
SELECT c.line, c.place, c.persona_id
FROM (SELECT DISTINCT component FROM ambiguous_lines) AS a
JOIN claims AS c USING (component)
