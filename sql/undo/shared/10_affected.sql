-- The people whose interactions change: who gain or lose a persona that has an interaction. Their groups as of before.
CREATE TEMP TABLE affected_people ON COMMIT DROP AS
SELECT DISTINCT a.person_id
FROM (
    SELECT persona_id, from_id, to_id FROM moves
    UNION ALL
    SELECT persona_id, from_id, to_id FROM dropped WHERE to_id IS NOT NULL
) AS m
CROSS JOIN run
CROSS JOIN LATERAL (VALUES (m.from_id), (m.to_id)) AS a (person_id)
WHERE EXISTS (
    SELECT FROM interactions AS i WHERE i.organisation_id = run.organisation_id AND i.persona_id = m.persona_id);
ANALYZE affected_people;

CREATE TEMP TABLE affected_groups ON COMMIT DROP AS
SELECT DISTINCT m.group_id
FROM affected_people AS a
CROSS JOIN run
JOIN memberships AS m ON m.organisation_id = run.organisation_id AND m.person_id = a.person_id;
