-- Whom a snapshot names: lines those that they are imported for, rejected ones everybody who can be read of them, and a
-- persona that stayed as contested or pinned its holder.
SELECT t.person_id
FROM targets AS t
WHERE :snapshot AND NOT EXISTS (SELECT FROM emptied_people AS e WHERE e.person_id = t.person_id)
UNION ALL
SELECT person_id FROM people_named_by_rejects WHERE :snapshot AND NOT may_leave
UNION ALL
SELECT p.person_id
FROM passed_over AS o
JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = o.ifi
WHERE :snapshot AND o.why IN ('contested', 'pinned')
