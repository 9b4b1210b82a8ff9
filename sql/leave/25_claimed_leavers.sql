-- Without its custom_id a person gives its personas to whoever claims them. So who has one that a line of this batch may
-- not take over keeps the custom_id, and is looked at again by the next snapshot.
SELECT DISTINCT l.person_id
FROM passed_over AS o
JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = o.ifi
JOIN leavers AS l ON l.person_id = p.person_id
WHERE o.why = 'takeover' AND :leavers = 'release'
