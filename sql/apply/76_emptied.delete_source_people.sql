-- What sources said of the people who go.
SELECT s.person_id, s.source_id
FROM emptied_people AS e
JOIN source_people AS s ON s.organisation_id = :organisation AND s.person_id = e.person_id
