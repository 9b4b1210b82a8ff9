-- What nobody else has said anything about.
SELECT DISTINCT s.activity_id, a.iri
FROM said_by_them AS s
JOIN activities AS a ON a.organisation_id = :organisation AND a.id = s.activity_id AND a.iri <> ''
WHERE NOT EXISTS (
    SELECT FROM statements AS o
    WHERE o.organisation_id = :organisation AND o.activity_id = s.activity_id
      AND NOT EXISTS (SELECT FROM said_by_them AS x WHERE x.id = o.id))
