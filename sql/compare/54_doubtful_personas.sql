-- Personas of which a statement may be somebody else's there than here: that are with another, or not all along. (What all
-- along is with one person is so with all that was said of it.)
SELECT u.ifi FROM unlike_personas AS u WHERE u.key IS NOT NULL AND u.holder_id IS NOT NULL
UNION
SELECT s.ifi FROM staged_spells AS s
UNION
SELECT c.ifi FROM staged_claims AS c WHERE c.since IS NOT NULL
UNION
SELECT q.ifi
FROM personas AS q
WHERE q.organisation_id = :organisation
  AND (q.begins_at > '-infinity'
       OR EXISTS (SELECT FROM closed_spells AS e WHERE e.organisation_id = :organisation AND e.persona_id = q.id))
