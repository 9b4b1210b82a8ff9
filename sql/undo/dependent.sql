-- Conflicts that follow from others, or from what is there now: run until it finds none. Whatever would be without what it
-- leans on stays as it is: nobody without a persona, no persona without a person, nothing in a group that is gone.

-- A persona goes back only to somebody who is there, or comes back.
UPDATE undone_personas AS u
SET conflict = 'person_gone'
FROM run
WHERE u.conflict IS NULL AND u.how IN ('move', 'insert')
  AND NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = run.organisation_id AND p.id = u.to_id)
  AND NOT EXISTS (SELECT FROM undone_people AS x
                  WHERE x.person_id = u.to_id AND x.how = 'insert' AND x.conflict IS NULL);

-- Somebody comes back only with a persona, and under a customId that nobody else has by then.
UPDATE undone_people AS x
SET conflict = 'persona_gone'
WHERE x.conflict IS NULL AND x.how = 'insert'
  AND NOT EXISTS (SELECT FROM undone_personas AS u
                  WHERE u.to_id = x.person_id AND u.how IN ('move', 'insert') AND u.conflict IS NULL);

UPDATE undone_people AS x
SET conflict = 'custom_id_taken'
FROM run
JOIN people AS p ON p.organisation_id = run.organisation_id
WHERE x.conflict IS NULL AND x.how <> 'delete' AND p.custom_id = x.custom_id AND p.id <> x.person_id
  AND NOT EXISTS (SELECT FROM undone_people AS o
                  WHERE o.person_id = p.id AND o.conflict IS NULL
                    AND (o.how = 'delete' OR o.custom_id IS DISTINCT FROM p.custom_id));

-- Somebody goes only if nothing of theirs stays. What the import has put there itself goes along, unless it is in conflict
-- itself; so only what others have changed since is looked up.
UPDATE undone_people AS x
SET conflict = 'used_since'
FROM (
    SELECT p.person_id
    FROM undone_people AS d
    JOIN personas AS p
        ON p.organisation_id = (SELECT organisation_id FROM run) AND p.person_id = d.person_id
        AND p.changed_by IS DISTINCT FROM (SELECT undone_id FROM run)
    LEFT JOIN undone_personas AS u ON u.persona_id = p.id
    WHERE d.how = 'delete' AND u.persona_id IS NULL
    UNION
    SELECT from_id FROM undone_personas WHERE conflict IS NOT NULL
    UNION
    SELECT m.person_id
    FROM undone_people AS d
    JOIN memberships AS m
        ON m.organisation_id = (SELECT organisation_id FROM run) AND m.person_id = d.person_id
        AND m.changed_by IS DISTINCT FROM (SELECT undone_id FROM run)
    LEFT JOIN undone_memberships AS u
        ON u.person_id = m.person_id AND u.group_id = m.group_id AND u.source_id = m.source_id
    WHERE d.how = 'delete' AND u.person_id IS NULL
    UNION
    SELECT person_id FROM undone_memberships WHERE conflict IS NOT NULL
    UNION
    SELECT s.person_id
    FROM undone_people AS d
    JOIN source_people AS s
        ON s.organisation_id = (SELECT organisation_id FROM run) AND s.person_id = d.person_id
        AND s.changed_by IS DISTINCT FROM (SELECT undone_id FROM run)
    LEFT JOIN undone_sayings AS u ON u.person_id = s.person_id AND u.source_id = s.source_id
    WHERE d.how = 'delete' AND u.person_id IS NULL
) AS staying
WHERE staying.person_id = x.person_id AND x.how = 'delete' AND x.conflict IS NULL;

-- Nobody who stays is left without a persona, but for the person that statements have made for an agent.
WITH leaving AS (
    SELECT DISTINCT u.from_id AS person_id
    FROM undone_personas AS u
    LEFT JOIN undone_people AS x ON x.person_id = u.from_id AND x.how = 'delete' AND x.conflict IS NULL
    WHERE u.conflict IS NULL AND NOT u.is_agent_anew AND u.from_id IS DISTINCT FROM u.to_id AND x.person_id IS NULL
), keeping AS (
    SELECT p.person_id
    FROM leaving AS l
    CROSS JOIN run
    JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.person_id = l.person_id
    LEFT JOIN undone_personas AS u
        ON u.persona_id = p.id AND u.conflict IS NULL AND u.from_id IS DISTINCT FROM u.to_id
    WHERE u.persona_id IS NULL
    UNION
    SELECT to_id FROM undone_personas WHERE how IN ('move', 'insert') AND conflict IS NULL
)
UPDATE undone_personas AS u
SET conflict = 'last_persona'
FROM leaving AS l
WHERE l.person_id = u.from_id AND u.conflict IS NULL AND u.from_id IS DISTINCT FROM u.to_id
  AND l.person_id NOT IN (SELECT person_id FROM keeping WHERE person_id IS NOT NULL);

-- A group comes back, and has the customId of before, where nobody else has that by then; it goes only if nothing leans on it.
UPDATE undone_groups AS x
SET conflict = 'custom_id_taken'
FROM run
JOIN groups AS g ON g.organisation_id = run.organisation_id
WHERE x.conflict IS NULL AND x.how <> 'delete' AND g.custom_id = x.custom_id AND g.id <> x.group_id
  AND NOT EXISTS (SELECT FROM undone_groups AS o
                  WHERE o.group_id = g.id AND o.conflict IS NULL AND (o.how = 'delete' OR o.custom_id <> g.custom_id));

UPDATE undone_groups AS x
SET conflict = 'used_since'
FROM (
    SELECT m.group_id
    FROM undone_groups AS d
    JOIN memberships AS m
        ON m.organisation_id = (SELECT organisation_id FROM run) AND m.group_id = d.group_id
        AND m.changed_by IS DISTINCT FROM (SELECT undone_id FROM run)
    LEFT JOIN undone_memberships AS u
        ON u.person_id = m.person_id AND u.group_id = m.group_id AND u.source_id = m.source_id AND u.how = 'delete'
    WHERE d.how = 'delete' AND u.person_id IS NULL
    UNION
    SELECT group_id FROM undone_memberships WHERE how = 'delete' AND conflict IS NOT NULL
    UNION
    SELECT d.group_id
    FROM undone_groups AS d
    CROSS JOIN run
    JOIN group_parents AS g ON g.organisation_id = run.organisation_id AND d.group_id IN (g.group_id, g.parent_id)
    LEFT JOIN undone_parents AS u
        ON u.group_id = g.group_id AND u.parent_id = g.parent_id AND u.source_id = g.source_id
        AND u.how = 'delete' AND u.conflict IS NULL
    WHERE d.how = 'delete' AND u.group_id IS NULL
    UNION
    SELECT s.group_id
    FROM undone_groups AS d
    CROSS JOIN run
    JOIN source_groups AS s ON s.organisation_id = run.organisation_id AND s.group_id = d.group_id
    LEFT JOIN undone_group_sayings AS u
        ON u.group_id = s.group_id AND u.source_id = s.source_id AND u.how = 'delete'
    WHERE d.how = 'delete' AND u.group_id IS NULL
) AS used
WHERE used.group_id = x.group_id AND x.how = 'delete' AND x.conflict IS NULL;

-- Who was in a group, or below one, is so again only if both are there.
UPDATE undone_memberships AS u
SET conflict = 'person_gone'
FROM run
WHERE u.conflict IS NULL AND u.how = 'insert'
  AND (NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = run.organisation_id AND p.id = u.person_id)
       AND NOT EXISTS (SELECT FROM undone_people AS x
                       WHERE x.person_id = u.person_id AND x.how = 'insert' AND x.conflict IS NULL)
       OR NOT EXISTS (SELECT FROM groups AS g WHERE g.organisation_id = run.organisation_id AND g.id = u.group_id)
       AND NOT EXISTS (SELECT FROM undone_groups AS x
                       WHERE x.group_id = u.group_id AND x.how = 'insert' AND x.conflict IS NULL));

UPDATE undone_parents AS u
SET conflict = 'group_gone'
FROM run
WHERE u.conflict IS NULL AND u.how = 'insert'
  AND EXISTS (
    SELECT FROM (VALUES (u.group_id), (u.parent_id)) AS both_ends (id)
    WHERE NOT EXISTS (SELECT FROM groups AS g WHERE g.organisation_id = run.organisation_id AND g.id = both_ends.id)
      AND NOT EXISTS (SELECT FROM undone_groups AS x
                      WHERE x.group_id = both_ends.id AND x.how = 'insert' AND x.conflict IS NULL));

-- No parent comes back that would by now make a group its own ancestor.
WITH RECURSIVE edges AS (
    SELECT g.group_id, g.parent_id
    FROM run
    JOIN group_parents AS g ON g.organisation_id = run.organisation_id
    WHERE EXISTS (SELECT FROM undone_parents AS u WHERE u.how = 'insert' AND u.conflict IS NULL)
      AND NOT EXISTS (SELECT FROM undone_parents AS u
                      WHERE u.group_id = g.group_id AND u.parent_id = g.parent_id AND u.source_id = g.source_id
                        AND u.how = 'delete' AND u.conflict IS NULL)
    UNION
    SELECT group_id, parent_id FROM undone_parents WHERE how = 'insert' AND conflict IS NULL
), up (group_id, parent_id, at) AS (
    SELECT group_id, parent_id, parent_id FROM undone_parents WHERE how = 'insert' AND conflict IS NULL
    UNION
    SELECT u.group_id, u.parent_id, e.parent_id FROM up AS u JOIN edges AS e ON e.group_id = u.at WHERE u.at <> u.group_id
)
UPDATE undone_parents AS u
SET conflict = 'cycle'
FROM up
WHERE up.at = up.group_id AND u.group_id = up.group_id AND u.parent_id = up.parent_id AND u.how = 'insert'
  AND u.conflict IS NULL;
