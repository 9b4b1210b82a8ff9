-- What changes hands: from when on a persona is another's than before; and the time before that which was theirs who had it, and
-- that does not stay with them.
SELECT persona_id, from_id, to_id, begins_at, CAST('infinity' AS timestamptz) AS ends_at FROM moves
UNION ALL
SELECT persona_id, from_id, to_id, begins_at, 'infinity' FROM dropped WHERE to_id IS NOT NULL
UNION ALL
SELECT m.persona_id, m.from_id, NULL, m.began_at, m.begins_at
FROM moves AS m
WHERE m.began_at < m.begins_at
  AND NOT EXISTS (
    SELECT FROM clear_spells AS s
    WHERE s.persona_id = m.persona_id AND s.person_id = m.from_id AND s.how <> 'delete'
      AND s.begins_at = m.began_at AND s.ends_at = m.begins_at)
