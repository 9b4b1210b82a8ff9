-- Whose custom_id goes: leavers', with --leavers release, unless another source gives them too; and of whom that is wished.
SELECT p.id AS person_id, p.custom_id
FROM leavers AS l
JOIN people AS p ON p.organisation_id = :organisation AND p.id = l.person_id AND p.custom_id IS NOT NULL
WHERE :leavers = 'release'
  AND NOT EXISTS (
    SELECT FROM source_people AS s
    WHERE s.organisation_id = :organisation AND s.person_id = p.id AND s.source_id <> :source)
UNION ALL
SELECT p.id, p.custom_id
FROM wishes_of_one_person AS w
JOIN people AS p ON p.organisation_id = :organisation AND p.id = w.person_id AND p.custom_id IS NOT NULL
WHERE w.loses_custom_id
