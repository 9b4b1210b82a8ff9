-- All others that change person, and since when what is said of them is another's; and those of which an ended spell does.
SELECT
    persona_id, ifi, from_id, to_id, began_at, greatest(began_at, begins_at) AS begins_at, begins_at <> began_at AS splits
FROM clear_personas
WHERE how = 'move' AND (from_id IS DISTINCT FROM to_id OR begins_at <> began_at)
UNION ALL
SELECT s.persona_id, p.ifi, s.from_id, s.person_id, s.begins_at, s.begins_at, true
FROM clear_spells AS s
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = s.persona_id
WHERE NOT EXISTS (SELECT FROM clear_personas AS u WHERE u.persona_id = s.persona_id)
