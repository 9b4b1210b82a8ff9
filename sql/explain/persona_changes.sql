-- Every change of some personas, and their states that no import has made. owned: whether the one who lost the persona
-- had a custom_id when it went; made: whether the one who got it was made for that, without a custom_id.
SELECT
    c.import_id, (c.before).changed_by AS follows, c.id,
    coalesce((c.after).ifi, (c.before).ifi) AS ifi,
    CAST(coalesce((c.after).kind, (c.before).kind) AS text) AS kind,
    (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS is,
    (c.before).person_id AS from_id, (c.after).person_id AS to_id,
    nullif((c.before).begins_at, '-infinity') AS old_begins_at, nullif((c.after).begins_at, '-infinity') AS begins_at,
    (c.before).pinned AS was_pinned, (c.after).pinned AS pinned,
    coalesce((c.after).created_at, (c.before).created_at) AS created_at, (c.after).said_in AS said_in,
    h.custom_id IS NOT NULL AS owned,
    EXISTS (
        SELECT FROM person_changes AS m
        WHERE m.organisation_id = :organisation AND m.id = (c.after).person_id AND m.import_id = c.import_id
          AND (m.before).organisation_id IS NULL AND (m.after).custom_id IS NULL) AS made
FROM persona_changes AS c
LEFT JOIN LATERAL (
    SELECT s.custom_id
    FROM person_states AS s
    WHERE s.organisation_id = :organisation AND s.id = (c.before).person_id
      AND (s.replaced_by IS NULL OR s.replaced_by >= c.import_id)
    ORDER BY s.replaced_by NULLS LAST
    LIMIT 1
) AS h ON true
WHERE c.organisation_id = :organisation AND c.id = ANY (CAST(:personas AS bigint[]))
UNION ALL
SELECT
    NULL, NULL, s.id, s.ifi, CAST(s.kind AS text), false, true, NULL, s.person_id, NULL,
    nullif(s.begins_at, '-infinity'), NULL, s.pinned, s.created_at, s.said_in, false, false
FROM persona_states AS s
WHERE s.organisation_id = :organisation AND s.id = ANY (CAST(:personas AS bigint[]))
  AND s.changed_by IS NULL
