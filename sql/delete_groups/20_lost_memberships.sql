-- Who is in them, by whose word.
SELECT m.person_id, m.group_id, m.source_id
FROM deleted_groups AS d
JOIN memberships AS m ON m.organisation_id = :organisation AND m.group_id = d.group_id
