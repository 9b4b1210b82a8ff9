-- Which persona goes from whom to whom, and for which time; whether that was all that they had.
SELECT
    p.ifi, h.from_id, h.from_custom_id, h.from_name, h.to_id, h.to_custom_id, h.to_name,
    nullif(h.begins_at, '-infinity') AS begins_at, nullif(h.ends_at, 'infinity') AS ends_at, h.interactions,
    e.person_id IS NOT NULL AS emptied
FROM hands AS h
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = h.persona_id
LEFT JOIN emptied_people AS e ON e.person_id = h.from_id
ORDER BY p.ifi, h.begins_at
