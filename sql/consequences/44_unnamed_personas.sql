-- The personas that no line names, and that their people lose: with --personas replace those of the kinds that are replaced,
-- unless they are pinned; and all of somebody of whom exactly the line's are wished.
SELECT p.id AS persona_id, p.person_id AS from_id, p.ifi, p.agent_name, p.begins_at
FROM replaced_people AS k
JOIN personas AS p ON p.organisation_id = :organisation AND p.person_id = k.person_id
JOIN replaced_kinds AS r
    ON r.kind = p.kind AND r.home_page = CASE p.kind WHEN 'account' THEN split_part(p.ifi, ' ', 1) ELSE '' END
WHERE NOT p.pinned
  AND NOT EXISTS (SELECT FROM staged_claims AS c WHERE c.ifi = p.ifi)
  AND NOT EXISTS (SELECT FROM staged_spells AS e WHERE e.ifi = p.ifi)
  AND NOT EXISTS (SELECT FROM people_named_by_rejects AS s WHERE s.person_id = p.person_id)
UNION
SELECT p.id, p.person_id, p.ifi, p.agent_name, p.begins_at
FROM wishes_of_one_person AS w
JOIN targets AS t ON t.component = w.line
JOIN personas AS p ON p.organisation_id = :organisation AND p.person_id = t.person_id
WHERE w.exactly_personas AND NOT p.pinned AND NOT EXISTS (SELECT FROM staged_claims AS c WHERE c.ifi = p.ifi)
