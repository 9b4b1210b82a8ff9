-- What is not claimed after all, or not yet.
SELECT line, place, persona_id FROM pinned_claims
UNION ALL
SELECT line, place, persona_id FROM takeovers WHERE stays
UNION ALL
SELECT line, place, persona_id FROM moments WHERE at > :moment
UNION ALL
SELECT c.line, c.place, c.persona_id
FROM (SELECT DISTINCT component FROM ambiguous_lines) AS a
JOIN claims AS c USING (component)
