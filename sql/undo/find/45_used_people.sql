-- People whom the import made and who have something by now that it has not put there itself: that does not go along, so
-- neither do they.
SELECT p.person_id
FROM undone_people AS d
JOIN personas AS p
    ON p.organisation_id = :organisation AND p.person_id = d.person_id
    AND p.changed_by IS DISTINCT FROM (SELECT CAST(:undone AS bigint))
LEFT JOIN undone_personas AS u ON u.persona_id = p.id
WHERE d.how = 'delete' AND d.conflict IS NULL AND u.persona_id IS NULL
UNION
SELECT s.person_id
FROM undone_people AS d
JOIN closed_spells AS s ON s.organisation_id = :organisation AND s.person_id = d.person_id
LEFT JOIN undone_spells AS u ON u.persona_id = s.persona_id AND u.begins_at = s.begins_at
WHERE d.how = 'delete' AND d.conflict IS NULL AND u.persona_id IS NULL
UNION
SELECT m.person_id
FROM undone_people AS d
JOIN memberships AS m
    ON m.organisation_id = :organisation AND m.person_id = d.person_id
    AND m.changed_by IS DISTINCT FROM (SELECT CAST(:undone AS bigint))
LEFT JOIN undone_memberships AS u
    ON u.person_id = m.person_id AND u.group_id = m.group_id AND u.source_id = m.source_id
WHERE d.how = 'delete' AND d.conflict IS NULL AND u.person_id IS NULL
UNION
SELECT s.person_id
FROM undone_people AS d
JOIN source_people AS s
    ON s.organisation_id = :organisation AND s.person_id = d.person_id
    AND s.changed_by IS DISTINCT FROM (SELECT CAST(:undone AS bigint))
LEFT JOIN undone_sayings AS u ON u.person_id = s.person_id AND u.source_id = s.source_id
WHERE d.how = 'delete' AND d.conflict IS NULL AND u.person_id IS NULL
