-- What is left of the persona's spells before and after the span, and the span.
SELECT s.persona_id, s.person_id, s.begins_at, least(s.ends_at, t.begins_at) AS ends_at
FROM taken AS t
JOIN spells_before AS s ON s.begins_at < t.begins_at
UNION ALL
SELECT s.persona_id, s.person_id, greatest(s.begins_at, t.ends_at), s.ends_at
FROM taken AS t
JOIN spells_before AS s ON s.ends_at > t.ends_at
UNION ALL
SELECT persona_id, person_id, begins_at, ends_at FROM taken
