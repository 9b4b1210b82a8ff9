-- Claims on pinned personas: somebody has put them where they are, and there they stay, unless they are with the
-- component's person already (without a customId: with the holder of its first known persona).
CREATE TEMP TABLE pins ON COMMIT DROP AS
SELECT c.line, c.place, c.ifi
FROM claims AS c
JOIN components AS k USING (component)
JOIN (
    SELECT DISTINCT ON (component) component, holder_id
    FROM claims
    WHERE persona_id IS NOT NULL AND component IN (SELECT component FROM claims WHERE pinned)
    ORDER BY component, line, place
) AS first USING (component)
WHERE c.pinned
  AND c.holder_id IS DISTINCT FROM CASE WHEN k.custom_id IS NULL THEN first.holder_id ELSE k.person_id END;
ANALYZE pins;

INSERT INTO passed_over (line, place, ifi, why)
SELECT line, place, ifi, 'pinned' FROM pins;

DELETE FROM claims AS c USING pins AS p WHERE p.line = c.line AND p.place = c.place;
