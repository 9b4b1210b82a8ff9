-- What an import did to times that have ended: from whom to whom a persona went for such a time. concerned_personas: as of people.
WITH before AS (
    SELECT c.persona_id, (c.before).person_id, (c.before).begins_at, (c.before).ends_at
    FROM spell_changes AS c
    WHERE c.organisation_id = :organisation AND c.import_id = :import AND (c.before).organisation_id IS NOT NULL
    UNION ALL
    SELECT c.id, (c.before).person_id, (c.before).begins_at, 'infinity'
    FROM persona_changes AS c
    WHERE c.organisation_id = :organisation AND c.import_id = :import AND (c.before).person_id IS NOT NULL
      AND EXISTS (SELECT FROM spell_changes AS s
                  WHERE s.organisation_id = :organisation AND s.import_id = :import AND s.persona_id = c.id)
), after AS (
    SELECT c.persona_id, (c.after).person_id, (c.after).begins_at, (c.after).ends_at
    FROM spell_changes AS c
    WHERE c.organisation_id = :organisation AND c.import_id = :import AND (c.after).organisation_id IS NOT NULL
      AND ((c.before).organisation_id IS NOT NULL
           OR CAST(:concerned_personas AS bigint[]) IS NULL OR c.persona_id = ANY (CAST(:concerned_personas AS bigint[])))
    UNION ALL
    SELECT c.id, (c.after).person_id, (c.after).begins_at, 'infinity'
    FROM persona_changes AS c
    WHERE c.organisation_id = :organisation AND c.import_id = :import AND (c.after).person_id IS NOT NULL
      AND ((c.before).organisation_id IS NOT NULL
           OR CAST(:concerned_personas AS bigint[]) IS NULL OR c.id = ANY (CAST(:concerned_personas AS bigint[])))
      AND EXISTS (SELECT FROM spell_changes AS s
                  WHERE s.organisation_id = :organisation AND s.import_id = :import AND s.persona_id = c.id)
)
SELECT
    a.persona_id, p.ifi, b.person_id AS old_person_id, a.person_id,
    greatest(a.begins_at, b.begins_at) AS begins_at, least(a.ends_at, b.ends_at) AS ends_at
FROM after AS a
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = a.persona_id
LEFT JOIN before AS b ON b.persona_id = a.persona_id AND b.begins_at < a.ends_at AND a.begins_at < b.ends_at
WHERE least(a.ends_at, b.ends_at) < 'infinity' AND b.person_id IS DISTINCT FROM a.person_id
