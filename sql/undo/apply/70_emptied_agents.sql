-- Whom statements had made for an agent that has gone back.
SELECT DISTINCT u.from_id AS person_id
FROM clear_personas AS u
WHERE u.is_agent_anew
  AND NOT EXISTS (SELECT FROM personas AS q WHERE q.organisation_id = :organisation AND q.person_id = u.from_id)
