-- The spells of some personas: whose each is, from when to when, and how many interactions are of it.
SELECT
    s.persona_id, p.ifi, s.person_id, h.custom_id, h.name,
    nullif(s.begins_at, '-infinity') AS begins_at, nullif(s.ends_at, 'infinity') AS ends_at,
    (SELECT count(*) FROM interactions AS i
     WHERE i.organisation_id = :organisation AND i.persona_id = s.persona_id AND i.at >= s.begins_at AND i.at < s.ends_at)
        AS interactions
FROM spells AS s
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = s.persona_id
JOIN people AS h ON h.organisation_id = :organisation AND h.id = s.person_id
WHERE s.organisation_id = CAST(:organisation AS integer) AND s.persona_id = ANY (CAST(:personas AS bigint[]))
  AND (CAST(:person AS bigint) IS NULL OR s.person_id = CAST(:person AS bigint))
ORDER BY p.ifi, s.begins_at
