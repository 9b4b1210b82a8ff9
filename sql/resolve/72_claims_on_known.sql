-- The claims on personas that are there, with the beginning of their open spell, and that of the component's. Where these
-- differ, somebody's spell is split, if they keep anything by it: who has no custom_id, and had none, only where something has
-- been said of before. (What is nobody's is not split: what comes after its end is free.)
SELECT
    c.component, c.line, c.place, c.ifi, c.said_in, c.persona_id, c.holder_id,
    c.begins_at AS began_at, greatest(c.begins_at, m.at) AS begins_at,
    d.dated,
    d.dated AND (t.line IS NOT NULL OR EXISTS (
        SELECT FROM statements AS s
        WHERE s.organisation_id = :organisation AND s.persona_id = c.persona_id
          AND s.at >= c.begins_at AND s.at < m.at)) AS splits
FROM claims AS c
LEFT JOIN moments AS m ON m.line = c.line AND m.place = c.place
LEFT JOIN claims_on_others AS t ON t.line = c.line AND t.place = c.place
CROSS JOIN LATERAL (SELECT c.holder_id IS NOT NULL AND coalesce(m.at > c.begins_at, false) AS dated) AS d
WHERE c.persona_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM withdrawn_claims AS w WHERE w.line = c.line AND w.place = c.place)
