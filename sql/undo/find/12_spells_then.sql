-- The spells that the import's personas have when all is taken back, but for the gaps since.
SELECT c.known_id, (b.before).begins_at, (b.before).ends_at
FROM (SELECT DISTINCT known_id FROM gaps_since) AS c
JOIN spell_changes AS b
    ON b.organisation_id = :organisation AND b.import_id = (SELECT CAST(:undone AS bigint)) AND b.persona_id = c.known_id
WHERE (b.before).persona_id IS NOT NULL
UNION ALL
SELECT c.known_id, (b.before).begins_at, 'infinity'
FROM (SELECT DISTINCT known_id FROM gaps_since) AS c
JOIN persona_changes AS b
    ON b.organisation_id = :organisation AND b.import_id = (SELECT CAST(:undone AS bigint)) AND b.id = c.known_id
WHERE (b.before).person_id IS NOT NULL
UNION ALL
SELECT c.known_id, s.begins_at, s.ends_at
FROM (SELECT DISTINCT known_id, persona_id FROM gaps_since) AS c
JOIN closed_spells AS s ON s.organisation_id = :organisation AND s.persona_id = c.persona_id
WHERE NOT EXISTS (SELECT FROM gaps_since AS g WHERE g.known_id = c.known_id AND g.begins_at = s.begins_at)
  AND NOT EXISTS (SELECT FROM spell_changes AS b
                  WHERE b.organisation_id = :organisation AND b.import_id = (SELECT CAST(:undone AS bigint))
                    AND b.persona_id = c.known_id AND b.begins_at = s.begins_at)
UNION ALL
SELECT c.known_id, p.begins_at, 'infinity'
FROM (SELECT DISTINCT known_id, persona_id FROM gaps_since) AS c
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = c.persona_id AND p.person_id IS NOT NULL
WHERE NOT EXISTS (SELECT FROM gaps_since AS g WHERE g.known_id = c.known_id AND g.begins_at = p.begins_at)
  AND NOT EXISTS (SELECT FROM persona_changes AS b
                  WHERE b.organisation_id = :organisation AND b.import_id = (SELECT CAST(:undone AS bigint))
                    AND b.id = c.known_id)
