-- The person of its own that the persona is to get, unless it is alone already: alone is who has no custom_id, nor had one,
-- and no other persona, ever.
SELECT x.persona_id, x.agent_name
FROM span AS x
WHERE :alone
  AND NOT EXISTS (
    SELECT
    FROM spells_before AS s
    JOIN people AS h
        ON h.organisation_id = :organisation AND h.id = s.person_id AND h.custom_id IS NULL AND h.former_custom_id IS NULL
    WHERE s.begins_at <= x.begins_at AND s.ends_at >= x.ends_at
      AND NOT EXISTS (SELECT FROM spells AS q
                      WHERE q.organisation_id = :organisation AND q.person_id = h.id AND q.persona_id <> x.persona_id))
