-- Who is in which group, by any source's word, where that word is about to change.
SELECT
    u.person_id, u.group_id,
    u.how = 'delete'
        OR EXISTS (SELECT FROM memberships AS m
                   WHERE m.organisation_id = :organisation AND m.person_id = u.person_id AND m.group_id = u.group_id)
        AS tied
FROM clear_memberships AS u
