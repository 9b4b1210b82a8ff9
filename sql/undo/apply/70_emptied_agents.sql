-- Whom statements had made for an agent that has gone back.
SELECT DISTINCT u.from_id AS person_id
FROM clear_personas AS u
WHERE u.is_agent_anew
  AND NOT EXISTS (SELECT FROM personas AS q WHERE q.organisation_id = :organisation AND q.person_id = u.from_id)
  AND NOT EXISTS (SELECT FROM closed_spells AS s WHERE s.organisation_id = :organisation AND s.person_id = u.from_id)
