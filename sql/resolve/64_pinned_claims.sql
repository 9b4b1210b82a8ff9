-- Claims on pinned personas: somebody has put them where they are, and there they stay, unless they are with the
-- component's person already (without a custom_id: with the holder of its first known persona; who is added is not somebody with
-- a custom_id).
SELECT c.line, c.place, c.ifi, c.persona_id
FROM claims AS c
JOIN components AS k USING (component)
LEFT JOIN told_by_holders AS o USING (component)
JOIN (
    SELECT DISTINCT ON (component)
        component, holder_id,
        EXISTS (SELECT FROM people AS h
                WHERE h.organisation_id = :organisation AND h.id = holder_id
                  AND coalesce(h.custom_id, h.former_custom_id) IS NOT NULL) AS has_id
    FROM claims
    WHERE holder_id IS NOT NULL AND component IN (SELECT component FROM claims WHERE pinned)
    ORDER BY component, line, place
) AS first USING (component)
WHERE c.pinned
  AND NOT EXISTS (SELECT FROM ambiguous_lines AS a WHERE a.component = c.component)
  AND c.holder_id IS DISTINCT FROM
      CASE WHEN k.stated IS NULL AND k.person_id IS NULL AND o.component IS NULL
           THEN CASE WHEN NOT (k.adds AND first.has_id) THEN first.holder_id END
           ELSE coalesce(k.person_id, o.person_id) END
