-- Whoever has an identifier now: the person's name, and each of their identifiers with the name that the agent has.
SELECT h.name AS person, CAST(q.kind AS text) AS kind, q.ifi, q.agent_name
FROM personas AS p
JOIN people AS h ON h.organisation_id = :organisation AND h.id = p.person_id
JOIN personas AS q ON q.organisation_id = :organisation AND q.person_id = p.person_id
WHERE p.organisation_id = :organisation AND p.ifi = :ifi AND p.kind = CAST(:kind AS ifi_kind)
ORDER BY q.id
