-- Claims on pinned personas: somebody has put them where they are, and there they stay, unless they are with the
-- component's person already (without a custom_id: with the holder of its first known persona).
SELECT c.line, c.place, c.ifi, c.persona_id
FROM claims AS c
JOIN components AS k USING (component)
LEFT JOIN told_by_holders AS o USING (component)
JOIN (
    SELECT DISTINCT ON (component) component, holder_id
    FROM claims
    WHERE holder_id IS NOT NULL AND component IN (SELECT component FROM claims WHERE pinned)
    ORDER BY component, line, place
) AS first USING (component)
WHERE c.pinned
  AND NOT EXISTS (SELECT FROM ambiguous_lines AS a WHERE a.component = c.component)
  AND c.holder_id IS DISTINCT FROM
      CASE WHEN k.stated IS NULL AND k.person_id IS NULL AND o.component IS NULL THEN first.holder_id
           ELSE coalesce(k.person_id, o.person_id) END
