-- The memberships of the others that who stays has not, by the word of the sources that gave them.
SELECT DISTINCT m.into_id AS person_id, g.group_id, g.source_id
FROM merged_people AS m
JOIN memberships AS g ON g.organisation_id = :organisation AND g.person_id = m.person_id
WHERE NOT EXISTS (
    SELECT FROM memberships AS h
    WHERE h.organisation_id = :organisation AND h.person_id = m.into_id AND h.group_id = g.group_id
      AND h.source_id = g.source_id)
