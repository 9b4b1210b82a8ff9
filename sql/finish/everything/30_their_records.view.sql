-- All records of personas, each with whose it is: of the open spell, or of one that has ended.
SELECT coalesce(CASE WHEN r.begins_at = p.begins_at THEN p.person_id END, e.person_id) AS person_id, r.*
FROM persona_activity_records AS r
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = r.persona_id
LEFT JOIN closed_spells AS e
    ON e.organisation_id = :organisation AND e.persona_id = r.persona_id AND e.begins_at = r.begins_at
WHERE r.organisation_id = :organisation
  AND coalesce(CASE WHEN r.begins_at = p.begins_at THEN p.person_id END, e.person_id) IS NOT NULL
