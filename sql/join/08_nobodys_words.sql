-- A word is nobody's id where those who have it, lines and the person who has it now, have neither a name nor another id that
-- is common to all of them. Such a word does not say that lines belong together.
WITH shared AS (
    SELECT is_persona, id, token, count(DISTINCT line) AS lines FROM said_beside_words GROUP BY is_persona, id, token
), had AS (
    SELECT h.is_persona, h.id, t.token
    FROM holders_of_words AS h
    CROSS JOIN LATERAL (VALUES ('name ' || lower(h.name)), ('custom_id ' || h.custom_id)) AS t (token)
    UNION ALL
    SELECT h.is_persona, h.id, 'persona ' || a.ifi
    FROM holders_of_words AS h
    JOIN personas AS a ON a.organisation_id = :organisation AND a.person_id = h.person_id
), told AS (
    SELECT w.is_persona, w.id, count(DISTINCT w.line) AS lines, h.person_id IS NOT NULL AS held
    FROM words_for_nothing AS w
    LEFT JOIN holders_of_words AS h USING (is_persona, id)
    GROUP BY w.is_persona, w.id, h.person_id
), bad AS (
    SELECT t.is_persona, t.id
    FROM told AS t
    LEFT JOIN shared AS s ON s.is_persona = t.is_persona AND s.id = t.id AND s.lines = t.lines
    LEFT JOIN had AS p ON t.held AND p.is_persona = s.is_persona AND p.id = s.id AND p.token = s.token
    WHERE t.lines > 1 OR t.held
    GROUP BY t.is_persona, t.id, t.held
    HAVING CASE WHEN t.held THEN count(p.token) ELSE count(s.token) END = 0
)
SELECT w.line, w.place, w.id AS value
FROM bad
JOIN words_for_nothing AS w USING (is_persona, id)
