-- Every span of time that has ended by now and for which some personas have changed person: from whom, to whom, and by whose word.
-- (What an import has done to the open spell of a persona is told by the persona's own change.)
WITH before AS (
    SELECT c.import_id, c.id AS persona_id, (c.before).person_id, (c.before).changed_by, (c.before).begins_at,
           CAST('infinity' AS timestamptz) AS ends_at
    FROM persona_changes AS c
    WHERE c.organisation_id = :organisation AND c.id = ANY (CAST(:personas AS bigint[])) AND (c.before).person_id IS NOT NULL
    UNION ALL
    SELECT c.import_id, c.persona_id, (c.before).person_id, (c.before).changed_by, (c.before).begins_at, (c.before).ends_at
    FROM spell_changes AS c
    WHERE c.organisation_id = :organisation AND c.persona_id = ANY (CAST(:personas AS bigint[]))
      AND (c.before).organisation_id IS NOT NULL
), after AS (
    SELECT c.import_id, c.persona_id, (c.after).person_id, (c.after).said_in, (c.after).begins_at, (c.after).ends_at
    FROM spell_changes AS c
    WHERE c.organisation_id = :organisation AND c.persona_id = ANY (CAST(:personas AS bigint[]))
      AND (c.after).organisation_id IS NOT NULL
    UNION ALL
    SELECT c.import_id, c.id, (c.after).person_id, (c.after).said_in, (c.after).begins_at, 'infinity'
    FROM persona_changes AS c
    WHERE c.organisation_id = :organisation AND c.id = ANY (CAST(:personas AS bigint[])) AND (c.after).person_id IS NOT NULL
)
SELECT
    a.import_id, b.changed_by AS follows, a.persona_id AS id, p.ifi, b.person_id AS from_id, a.person_id AS to_id, a.said_in,
    nullif(greatest(a.begins_at, b.begins_at), '-infinity') AS begins_at, least(a.ends_at, b.ends_at) AS ends_at
FROM after AS a
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = a.persona_id
LEFT JOIN before AS b
    ON b.import_id = a.import_id AND b.persona_id = a.persona_id AND b.begins_at < a.ends_at AND a.begins_at < b.ends_at
WHERE least(a.ends_at, b.ends_at) < 'infinity' AND b.person_id IS DISTINCT FROM a.person_id
