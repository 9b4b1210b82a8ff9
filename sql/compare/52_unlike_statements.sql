-- Statements that are there and not here, or here and not there (of a system that was read whole; it may leave out what is
-- voided), or otherwise there than here.
SELECT DISTINCT coalesce(t.id, s.id) AS id, t.ifi, t.id IS NOT NULL AS is_there, s.id IS NOT NULL AS is_here, s.persona_id, s.at
FROM said_there AS t
FULL JOIN (SELECT id, persona_id, at, digest FROM statements WHERE organisation_id = :organisation) AS s ON s.id = t.id
WHERE :compares_statements
  AND (s.id IS NULL
       OR t.id IS NULL AND :read_whole
          AND NOT EXISTS (SELECT FROM statements AS v WHERE v.organisation_id = :organisation AND v.voids = s.id)
       OR substr(s.digest, 1, 16) <> substr(t.digest, 1, 16)
       OR get_byte(s.digest, 16) = 1 AND get_byte(t.digest, 16) = 1 AND abs(extract(epoch FROM s.at - t.at)) >= 0.001)
