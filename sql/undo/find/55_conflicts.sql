-- What cannot be taken back because of what has happened to it since, and why: each change once, by its key. (of_id: the
-- group that a person is in, the parent of a group; with the source that says so.)
SELECT
    'person' AS what, person_id AS id, CAST(NULL AS bigint) AS of_id, CAST(NULL AS integer) AS source_id, conflict AS why
FROM undone_people
WHERE conflict IS NOT NULL
UNION ALL
SELECT 'persona', persona_id, NULL, NULL, conflict FROM undone_personas WHERE conflict IS NOT NULL
UNION ALL
SELECT DISTINCT 'persona', s.persona_id, CAST(NULL AS bigint), CAST(NULL AS integer), s.conflict
FROM undone_spells AS s
WHERE s.conflict IS NOT NULL
  AND NOT EXISTS (SELECT FROM undone_personas AS u WHERE u.persona_id = s.persona_id AND u.conflict IS NOT NULL)
UNION ALL
SELECT 'group', group_id, NULL, NULL, conflict FROM undone_groups WHERE conflict IS NOT NULL
UNION ALL
SELECT 'group type', type_id, NULL, NULL, conflict FROM undone_types WHERE conflict IS NOT NULL
UNION ALL
SELECT 'person', person_id, NULL, NULL, 'used_since' FROM used_people
UNION ALL
SELECT 'group', group_id, NULL, NULL, 'used_since' FROM used_groups
