-- What nobody has said yet, or not so: what was said last, by an import that stands, is not said again.
SELECT g.record, g.other_id, :import AS given_by, g.person_id, g.persona_id
FROM given_other_ids AS g
WHERE NOT EXISTS (
    SELECT FROM other_ids AS o
    WHERE o.organisation_id = :organisation AND o.record = g.record AND o.other_id = g.other_id
      AND o.person_id IS NOT DISTINCT FROM g.person_id AND o.persona_id IS NOT DISTINCT FROM g.persona_id
      AND NOT EXISTS (
        SELECT FROM other_ids AS n
        WHERE n.organisation_id = :organisation AND n.record = o.record AND n.other_id = o.other_id AND n.given_by > o.given_by)
      AND NOT EXISTS (
        SELECT FROM imports AS i
        WHERE i.organisation_id = :organisation AND i.undoes = o.given_by AND i.state IN ('committed', 'finished')))
ORDER BY g.record, g.other_id
