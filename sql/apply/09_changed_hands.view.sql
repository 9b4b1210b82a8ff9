-- What changes hands: from when on, and up to when, a persona is another's than before.
SELECT persona_id, from_id, to_id, begins_at, CAST('infinity' AS timestamptz) AS ends_at FROM moves
UNION ALL
SELECT persona_id, from_id, to_id, begins_at, 'infinity' FROM dropped WHERE to_id IS NOT NULL
UNION ALL
SELECT e.persona_id, s.person_id, t.person_id, greatest(e.begins_at, s.begins_at), least(e.ends_at, s.ends_at)
FROM said_spells AS e
JOIN targets AS t USING (component)
JOIN spells AS s
    ON s.organisation_id = :organisation AND s.persona_id = e.persona_id AND s.person_id <> t.person_id
    AND s.begins_at < e.ends_at AND s.ends_at > e.begins_at
WHERE NOT EXISTS (SELECT FROM spells_of_others AS o WHERE o.line = e.line AND o.place = e.place)
