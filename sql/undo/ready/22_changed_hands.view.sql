-- What changes hands: from when on a persona is another's than before.
SELECT persona_id, from_id, to_id, begins_at, CAST('infinity' AS timestamptz) AS ends_at FROM moves
UNION ALL
SELECT persona_id, from_id, to_id, begins_at, 'infinity' FROM dropped WHERE to_id IS NOT NULL
