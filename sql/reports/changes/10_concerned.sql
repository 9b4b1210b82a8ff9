-- Who may have joined or left a group through an import, by a membership or by a group's parent; and who has been given
-- interactions, or lost some: where another had a persona before, at a time of which it has some.
WITH RECURSIVE hung_elsewhere (group_id) AS (
    SELECT c.group_id
    FROM parent_changes AS c
    WHERE c.organisation_id = :organisation AND c.import_id = CAST(:import AS bigint)
      AND ((c.before).organisation_id IS NULL OR (c.after).organisation_id IS NULL)
    UNION
    SELECT p.group_id
    FROM hung_elsewhere AS h
    JOIN parent_states AS p
        ON p.organisation_id = :organisation AND p.parent_id = h.group_id
        AND (p.replaced_by IS NULL OR p.replaced_by = CAST(:import AS bigint))
), before AS (
    SELECT c.id AS persona_id, (c.before).person_id, (c.before).begins_at, CAST('infinity' AS timestamptz) AS ends_at
    FROM persona_changes AS c
    WHERE c.organisation_id = :organisation AND c.import_id = CAST(:import AS bigint) AND (c.before).person_id IS NOT NULL
    UNION ALL
    SELECT c.persona_id, (c.before).person_id, (c.before).begins_at, (c.before).ends_at
    FROM spell_changes AS c
    WHERE c.organisation_id = :organisation AND c.import_id = CAST(:import AS bigint)
      AND (c.before).organisation_id IS NOT NULL
), after AS (
    SELECT c.id AS persona_id, (c.after).person_id, (c.after).begins_at, CAST('infinity' AS timestamptz) AS ends_at
    FROM persona_changes AS c
    WHERE c.organisation_id = :organisation AND c.import_id = CAST(:import AS bigint) AND (c.after).person_id IS NOT NULL
    UNION ALL
    SELECT c.persona_id, (c.after).person_id, (c.after).begins_at, (c.after).ends_at
    FROM spell_changes AS c
    WHERE c.organisation_id = :organisation AND c.import_id = CAST(:import AS bigint)
      AND (c.after).organisation_id IS NOT NULL
), moved AS (
    SELECT b.person_id AS from_id, a.person_id AS to_id
    FROM before AS b
    JOIN after AS a
        ON a.persona_id = b.persona_id AND a.begins_at < b.ends_at AND b.begins_at < a.ends_at
        AND a.person_id <> b.person_id
    WHERE EXISTS (
        SELECT FROM interactions AS i
        WHERE i.organisation_id = :organisation AND i.persona_id = b.persona_id
          AND i.at >= greatest(a.begins_at, b.begins_at) AND i.at < least(a.ends_at, b.ends_at))
)
SELECT u.person_id, bool_or(u.gained) AS gained, bool_or(u.lost) AS lost
FROM (
    SELECT c.person_id, false AS gained, false AS lost
    FROM membership_changes AS c
    WHERE c.organisation_id = :organisation AND c.import_id = CAST(:import AS bigint)
      AND ((c.before).organisation_id IS NULL OR (c.after).organisation_id IS NULL)
    UNION ALL
    SELECT m.person_id, false, false
    FROM hung_elsewhere AS h
    JOIN membership_states AS m
        ON m.organisation_id = :organisation AND m.group_id = h.group_id
        AND (m.replaced_by IS NULL OR m.replaced_by = CAST(:import AS bigint))
    UNION ALL
    SELECT to_id, true, false FROM moved
    UNION ALL
    SELECT from_id, false, true FROM moved
) AS u
GROUP BY u.person_id
