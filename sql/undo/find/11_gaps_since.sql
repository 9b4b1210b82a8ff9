-- The times in which the import's personas were nobody's, and that since then, for what was said in them, people have of whom nothing
-- else is known: statements have made them, or an undo, or an undo has given it back to them. What was undone since is as if it had
-- never been. (known_id: under which the import knew a persona that was deleted, and that statements have made anew.)
WITH RECURSIVE undoing AS (
    SELECT i.undoes AS id, max(i.id) AS last
    FROM imports AS i
    WHERE i.organisation_id = :organisation AND i.undoes > :undone AND i.state IN ('committed', 'finished')
    GROUP BY i.undoes
), undone (id, last, times) AS (
    SELECT id, last, 1 FROM undoing
    UNION ALL
    SELECT d.id, u.last, d.times + 1 FROM undone AS d JOIN undoing AS u ON u.id = d.last
), loads AS (
    SELECT i.id, i.command = 'undo-import' AS undoes
    FROM imports AS i
    WHERE i.organisation_id = :organisation AND i.id > :undone AND i.command IN ('import-statements', 'undo-import')
), no_matter AS (
    SELECT id FROM loads
    UNION
    SELECT id FROM undone GROUP BY id HAVING max(times) % 2 = 1
), concerned AS (
    SELECT n.id AS persona_id, c.id AS known_id
    FROM persona_changes AS c
    JOIN personas AS n ON n.organisation_id = :organisation AND n.ifi = coalesce((c.after).ifi, (c.before).ifi)
    WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint)) AND EXISTS (SELECT FROM loads)
    UNION
    SELECT n.id, c.persona_id
    FROM spell_changes AS c
    JOIN persona_states AS k ON k.organisation_id = :organisation AND k.id = c.persona_id
    JOIN personas AS n ON n.organisation_id = :organisation AND n.ifi = k.ifi
    WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint)) AND EXISTS (SELECT FROM loads)
)
SELECT g.persona_id, g.known_id, g.begins_at, g.ends_at, g.person_id
FROM (
    SELECT c.persona_id, c.known_id, s.begins_at, s.ends_at, s.person_id, s.changed_by
    FROM concerned AS c
    JOIN closed_spells AS s ON s.organisation_id = :organisation AND s.persona_id = c.persona_id
    UNION ALL
    SELECT c.persona_id, c.known_id, p.begins_at, 'infinity', p.person_id, p.changed_by
    FROM concerned AS c
    JOIN personas AS p ON p.organisation_id = :organisation AND p.id = c.persona_id
    WHERE NOT p.pinned
) AS g
JOIN loads AS l ON l.id = g.changed_by
JOIN people AS h ON h.organisation_id = :organisation AND h.id = g.person_id AND h.custom_id IS NULL
WHERE (NOT l.undoes
       OR EXISTS (SELECT FROM loads AS m WHERE m.id = h.changed_by)
          AND NOT EXISTS (
            SELECT FROM (
                SELECT v.changed_by FROM person_versions AS v WHERE v.organisation_id = :organisation AND v.id = h.id
                UNION ALL
                SELECT v.changed_by
                FROM persona_versions AS v
                WHERE v.organisation_id = :organisation AND v.id = g.persona_id AND v.person_id = h.id
                UNION ALL
                SELECT v.changed_by
                FROM spell_versions AS v
                WHERE v.organisation_id = :organisation AND v.persona_id = g.persona_id AND v.person_id = h.id
            ) AS v
            WHERE NOT EXISTS (SELECT FROM no_matter AS m WHERE m.id = v.changed_by)))
  AND NOT EXISTS (SELECT FROM source_people AS s WHERE s.organisation_id = :organisation AND s.person_id = g.person_id)
  AND NOT EXISTS (SELECT FROM memberships AS m WHERE m.organisation_id = :organisation AND m.person_id = g.person_id)
