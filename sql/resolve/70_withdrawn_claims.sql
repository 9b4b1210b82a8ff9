-- Claims that come to nothing, or not yet, for who has the persona now: it is pinned, or a takeover that stays, or theirs
-- until a moment that is to come, or nobody can say whose the line is. (`lost_claims` were lost to other lines before;
-- `passed_over` has what lines go on without.)
SELECT line, place, persona_id FROM pinned_claims
UNION ALL
SELECT line, place, persona_id FROM claims_on_others WHERE stays
UNION ALL
SELECT line, place, persona_id FROM moments WHERE at > :moment
UNION ALL
SELECT c.line, c.place, c.persona_id
FROM (SELECT DISTINCT component FROM ambiguous_lines) AS a
JOIN claims AS c USING (component)
