-- Its move to a person of its own, unless it is alone already: alone is who has no custom_id and one persona.
SELECT p.id AS persona_id, p.person_id AS from_id, p.ifi, p.agent_name, p.begins_at
FROM personas AS p
JOIN people AS h ON h.organisation_id = :organisation AND h.id = p.person_id
WHERE :alone AND p.organisation_id = :organisation AND p.id = :persona
  AND (h.custom_id IS NOT NULL
       OR EXISTS (SELECT FROM personas AS q
                  WHERE q.organisation_id = :organisation AND q.person_id = p.person_id AND q.id <> p.id))
