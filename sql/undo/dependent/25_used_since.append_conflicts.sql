-- Somebody goes only if no persona of theirs stays.
SELECT DISTINCT 'person' AS what, x.person_id AS id, 'used_since' AS why
FROM conflicts AS s
JOIN (
    SELECT persona_id, from_id FROM undone_personas
    UNION ALL
    SELECT persona_id, from_id FROM undone_spells WHERE from_id IS NOT NULL
) AS u ON u.persona_id = s.id
JOIN clear_people AS x ON x.person_id = u.from_id AND x.how = 'delete'
WHERE s.what = 'persona'
