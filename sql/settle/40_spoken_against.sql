-- Lines that said nothing new, of people to whom other lines have done something.
SELECT u.line
FROM unchanged AS u
WHERE u.custom_id IN (
    SELECT p.custom_id
    FROM touched AS t
    JOIN people AS p ON p.organisation_id = :organisation AND p.id = t.person_id
    UNION ALL
    SELECT e.custom_id FROM emptied AS e)
