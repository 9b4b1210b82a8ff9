-- Of the gaps since those that are not between two of the spells then, from the end of one up to the beginning of the next:
-- they go, and what was said in them is of whom the persona is with then.
SELECT g.persona_id, g.known_id, g.begins_at, g.ends_at, g.person_id
FROM gaps_since AS g
WHERE EXISTS (SELECT FROM spells_then AS s
              WHERE s.known_id = g.known_id AND s.begins_at < g.ends_at AND g.begins_at < s.ends_at)
   OR g.begins_at > '-infinity'
      AND NOT EXISTS (SELECT FROM spells_then AS s WHERE s.known_id = g.known_id AND s.ends_at = g.begins_at)
   OR g.ends_at < 'infinity'
      AND NOT EXISTS (SELECT FROM spells_then AS s WHERE s.known_id = g.known_id AND s.begins_at = g.ends_at)
