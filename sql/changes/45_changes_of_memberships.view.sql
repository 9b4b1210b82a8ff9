-- Who came into groups, and who went. What a person who is gone was in goes without saying.
SELECT
    d.said_in, CASE WHEN d.stays THEN 'membership-added' ELSE 'membership-removed' END AS action,
    p.after AS person, g.label AS group_label,
    'source' AS field, CASE WHEN d.was THEN s.name END AS old, CASE WHEN d.stays THEN s.name END AS new
FROM membership_differences AS d
JOIN called_people AS p ON p.id = d.person_id
JOIN called_groups AS g ON g.id = d.group_id
JOIN sources AS s ON s.organisation_id = :organisation AND s.id = d.source_id
WHERE d.was <> d.stays AND p.after IS NOT NULL
