-- What else they have that may say who they are: the part of an address before the @, the name of an account, and a group.
SELECT n.name, n.person_id, lower(split_part(substr(p.ifi, 8), '@', 1)) AS token, 0.8 AS weight
FROM shared_names AS n
JOIN personas AS p ON p.organisation_id = :organisation AND p.person_id = n.person_id AND p.kind = 'mbox'
UNION
SELECT n.name, n.person_id, split_part(a.name, '@', 1), 0.8
FROM shared_names AS n
JOIN account_names AS a USING (person_id)
UNION
SELECT n.name, n.person_id, 'group ' || g.custom_id, 0.5
FROM shared_names AS n
JOIN memberships AS m ON m.organisation_id = :organisation AND m.person_id = n.person_id
JOIN groups AS g ON g.organisation_id = :organisation AND g.id = m.group_id
