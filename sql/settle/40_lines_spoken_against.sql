-- Lines that said nothing new, of people to whom other lines have done something.
SELECT u.line
FROM still_unchanged AS u
WHERE u.custom_id IN (
    SELECT p.custom_id
    FROM touched_people AS t
    JOIN people AS p ON p.organisation_id = :organisation AND p.id = t.person_id
    UNION ALL
    SELECT e.custom_id FROM emptied_people AS e)
