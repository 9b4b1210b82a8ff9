-- Who had which persona for a time that has ended, as lines say: nobody else has it in any of that time.
SELECT p.id AS persona_id, t.person_id, e.begins_at, e.ends_at, e.said_in
FROM said_spells AS e
JOIN targets AS t USING (component)
JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = e.ifi
WHERE NOT EXISTS (SELECT FROM spells_of_others AS o WHERE o.line = e.line AND o.place = e.place)
