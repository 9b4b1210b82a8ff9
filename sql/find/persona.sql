-- The persona of an identifier, and whose it is at present; it may be nobody's.
SELECT p.id, CAST(p.kind AS text) AS kind, p.ifi, p.pinned, p.agent_name, p.person_id, h.custom_id, h.name
FROM personas AS p
LEFT JOIN people AS h ON h.organisation_id = :organisation AND h.id = p.person_id
WHERE p.organisation_id = :organisation AND p.ifi = :ifi
