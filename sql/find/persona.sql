-- The persona of an identifier, and whose it is: how many personas that person has, and how many interactions this one.
SELECT
    p.id, CAST(p.kind AS text) AS kind, p.ifi, p.pinned, p.agent_name, p.person_id, h.custom_id, h.name,
    (SELECT count(*) FROM personas AS q
     WHERE q.organisation_id = :organisation AND q.person_id = p.person_id) AS personas,
    (SELECT count(*) FROM statements AS s
     WHERE s.organisation_id = :organisation AND s.persona_id = p.id AND s.voids IS NULL
       AND NOT EXISTS (SELECT FROM statements AS v
                       WHERE v.organisation_id = :organisation AND v.voids = s.id)) AS interactions
FROM personas AS p
JOIN people AS h ON h.organisation_id = :organisation AND h.id = p.person_id
WHERE p.organisation_id = :organisation AND p.ifi = :ifi
