-- What is kept of one statement; whether it is voided.
SELECT CAST(s.id AS text) AS id, CAST(p.kind AS text) AS kind, p.ifi, p.agent_name, p.object_type,
       s.verb, CAST(s.voids AS text) AS voids, a.iri, s.completion, s.success, s.score, s.seconds, s.at,
       s.voids IS NULL AND EXISTS (
           SELECT FROM statements AS v
           WHERE v.organisation_id = :organisation AND v.voids = s.id AND v.voids IS NOT NULL) AS voided
FROM statements AS s
JOIN activities AS a ON a.organisation_id = :organisation AND a.id = s.activity_id
LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.id = s.persona_id
WHERE s.organisation_id = :organisation AND s.id = CAST(:id AS uuid)
