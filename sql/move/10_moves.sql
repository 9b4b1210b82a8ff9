-- The persona's move, as the steps of an import know it: to somebody (moves), or to a person of its own (dropped).
-- (Of tables that it does not know the planner expects thousands of rows, and would read all statements for one persona.)
ANALYZE run;

CREATE TEMP TABLE moves ON COMMIT DROP AS
SELECT
    p.id AS persona_id, p.ifi, CAST(NULL AS bigint) AS line, CAST(NULL AS bigint) AS said_at, p.person_id AS from_id,
    run.to_id, h.custom_id IS NOT NULL AS taken
FROM run
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.id = run.persona_id
JOIN people AS h ON h.organisation_id = run.organisation_id AND h.id = p.person_id
WHERE run.to_id <> p.person_id;

-- Alone is who has no customId and one persona.
CREATE TEMP TABLE lonesome ON COMMIT DROP AS
SELECT p.id AS persona_id, p.person_id AS from_id, p.ifi, p.agent_name
FROM run
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.id = run.persona_id
JOIN people AS h ON h.organisation_id = run.organisation_id AND h.id = p.person_id
WHERE run.alone
  AND (h.custom_id IS NOT NULL
       OR EXISTS (SELECT FROM personas AS q
                  WHERE q.organisation_id = run.organisation_id AND q.person_id = p.person_id AND q.id <> p.id));

SELECT pg_advisory_lock(7305, 0);
CREATE TEMP TABLE dropped ON COMMIT DROP AS
SELECT l.persona_id, l.from_id, l.ifi, l.agent_name, nextval('person_ids') AS to_id FROM lonesome AS l;
SELECT pg_advisory_unlock(7305, 0);
ANALYZE moves, dropped;
