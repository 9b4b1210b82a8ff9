-- With --personas replace a target whose lines keep a persona loses those that no line names, of the kinds (for
-- accounts: the home pages) that the batch has at all; pinned ones stay.
CREATE TEMP TABLE kept ON COMMIT DROP AS
SELECT DISTINCT t.person_id
FROM run
JOIN staged_claims AS c ON run.personas = 'replace'
LEFT JOIN joined AS j ON j.line = c.line
JOIN targets AS t ON t.component = coalesce(j.component, c.line) AND t.how <> 'new'
WHERE NOT EXISTS (SELECT FROM passed_over AS o WHERE o.line = c.line AND o.place = c.place);
ANALYZE kept;

CREATE TEMP TABLE replaced_kinds ON COMMIT DROP AS
SELECT DISTINCT c.kind, CASE c.kind WHEN 'account' THEN split_part(c.ifi, ' ', 1) ELSE '' END AS home_page
FROM run
JOIN staged_claims AS c ON run.personas = 'replace';

CREATE TEMP TABLE unnamed ON COMMIT DROP AS
SELECT p.id AS persona_id, p.person_id AS from_id, p.ifi, p.agent_name
FROM kept AS k
CROSS JOIN run
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.person_id = k.person_id
JOIN replaced_kinds AS r
    ON r.kind = p.kind AND r.home_page = CASE p.kind WHEN 'account' THEN split_part(p.ifi, ' ', 1) ELSE '' END
WHERE NOT p.pinned
  AND NOT EXISTS (SELECT FROM staged_claims AS c WHERE c.ifi = p.ifi)
  AND NOT EXISTS (SELECT FROM protected AS s WHERE s.person_id = p.person_id);

-- One that statements refer to gets a person of its own; another goes.
SELECT pg_advisory_lock(7305, 0);
CREATE TEMP TABLE release_block ON COMMIT DROP AS
SELECT setval('person_ids', nextval('person_ids') + n) - n AS base
FROM (SELECT count(*) AS n FROM unnamed) AS counted;
SELECT pg_advisory_unlock(7305, 0);
ANALYZE release_block;

CREATE TEMP TABLE dropped ON COMMIT DROP AS
SELECT
    u.persona_id, u.from_id, u.ifi, u.agent_name,
    CASE WHEN EXISTS (SELECT FROM statements AS s
                      WHERE s.organisation_id = run.organisation_id AND s.persona_id = u.persona_id)
         THEN b.base + row_number() OVER (ORDER BY u.persona_id) END AS to_id
FROM unnamed AS u
CROSS JOIN run
CROSS JOIN release_block AS b;
ANALYZE dropped;
