-- All others that change person, and since when what is said of them is another's; and all of which an ended spell does.
SELECT
    persona_id, ifi, from_id, to_id, began_at, greatest(began_at, begins_at) AS begins_at, begins_at <> began_at AS splits,
    begins_at AS since
FROM clear_personas
WHERE how = 'move' AND (from_id IS DISTINCT FROM to_id OR begins_at <> began_at)
UNION ALL
SELECT s.persona_id, p.ifi, s.from_id, s.person_id, s.begins_at, s.begins_at, true, s.begins_at
FROM clear_spells AS s
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = s.persona_id
