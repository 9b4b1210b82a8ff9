-- A word is nobody's id unless all its lines have another id that vouches for it: of who has the word now, or else one that
-- nobody keeps who is known, or by a pin, and that lines of one custom_id have at the most. It links no lines.
WITH told AS (
    SELECT is_persona, id, count(DISTINCT line) AS lines FROM words_for_nothing GROUP BY is_persona, id
), shared AS (
    SELECT s.is_persona, s.id, s.custom_id, s.ifi
    FROM said_beside_words AS s
    JOIN told AS t USING (is_persona, id)
    GROUP BY s.is_persona, s.id, s.custom_id, s.ifi, t.lines
    HAVING count(DISTINCT s.line) = t.lines
), contested AS (
    SELECT x.ifi
    FROM (SELECT DISTINCT ifi FROM shared) AS s
    JOIN shared_claims AS x USING (ifi)
    JOIN staged_lines AS l USING (line)
    GROUP BY x.ifi
    HAVING count(DISTINCT l.custom_id) > 1
), somebodys AS (
    SELECT s.is_persona, s.id
    FROM shared AS s
    LEFT JOIN holders_of_words AS h ON h.is_persona = s.is_persona AND h.id = s.id
    LEFT JOIN personas AS a ON a.organisation_id = :organisation AND a.ifi = s.ifi
    LEFT JOIN people AS p ON p.organisation_id = :organisation AND p.id = a.person_id
    WHERE CASE
        WHEN s.ifi IS NULL THEN h.person_id IS NULL OR h.custom_id = s.custom_id
        WHEN h.person_id IS NOT NULL THEN a.person_id = h.person_id
        ELSE p.custom_id IS NULL AND p.former_custom_id IS NULL AND a.pinned IS NOT TRUE
    END AND NOT EXISTS (SELECT FROM contested AS c WHERE c.ifi = s.ifi)
)
SELECT w.line, w.place, w.id AS value
FROM words_for_nothing AS w
WHERE NOT EXISTS (SELECT FROM somebodys AS s WHERE s.is_persona = w.is_persona AND s.id = w.id)
