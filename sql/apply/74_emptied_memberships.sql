-- What groups the people were in who go.
SELECT m.person_id, m.group_id, m.source_id
FROM emptied_people AS e
JOIN memberships AS m ON m.organisation_id = :organisation AND m.person_id = e.person_id
