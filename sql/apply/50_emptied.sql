-- Only now people left without personas go, with their memberships.
CREATE TEMP TABLE emptied ON COMMIT DROP AS
SELECT p.id AS person_id, p.custom_id
FROM (SELECT from_id FROM moves UNION SELECT from_id FROM dropped) AS l
CROSS JOIN run
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.id = l.from_id
WHERE NOT EXISTS (SELECT FROM personas AS q
                  WHERE q.organisation_id = run.organisation_id AND q.person_id = l.from_id);
ANALYZE emptied;

WITH gone AS (
    DELETE FROM memberships AS m
    USING emptied AS e, run
    WHERE m.organisation_id = run.organisation_id AND m.person_id = e.person_id
    RETURNING m.group_id
)
INSERT INTO affected_groups SELECT DISTINCT group_id FROM gone;

DELETE FROM source_people AS s
USING emptied AS e, run
WHERE s.organisation_id = run.organisation_id AND s.person_id = e.person_id;

DELETE FROM people AS p
USING emptied AS e, run
WHERE p.organisation_id = run.organisation_id AND p.id = e.person_id;

DELETE FROM given AS g USING emptied AS e WHERE e.person_id = g.person_id;
DELETE FROM targets AS t USING emptied AS e WHERE e.person_id = t.person_id;
