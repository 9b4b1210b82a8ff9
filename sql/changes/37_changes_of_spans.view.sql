-- Personas that are with another for a time that has ended, from `old` up to `new`.
SELECT
    'span' AS action, t.after AS person, d.ifi AS persona, f.before AS from_label, t.after AS to_label, 'span' AS field,
    CASE WHEN d.begins_at > '-infinity'
         THEN replace(to_char(d.begins_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', '') || 'Z' END AS old,
    replace(to_char(d.ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', '') || 'Z' AS new,
    d.persona_id, d.begins_at, d.ends_at
FROM span_differences AS d
LEFT JOIN called_people AS f ON f.id = d.old_person_id
LEFT JOIN called_people AS t ON t.id = d.person_id
