-- Whose personas statements refer to, of the time in which they were theirs: each of these gets a person of its own.
SELECT
    s.persona_id, s.person_id AS from_id, p.agent_name,
    row_number() OVER (ORDER BY s.persona_id, s.person_id) AS nth
FROM (
    SELECT DISTINCT b.persona_id, b.person_id
    FROM spells_before AS b
    JOIN deleted_people AS d ON d.person_id = b.person_id
    WHERE EXISTS (
        SELECT FROM statements AS t
        WHERE t.organisation_id = :organisation AND t.persona_id = b.persona_id AND t.at >= b.begins_at
          AND t.at < b.ends_at)
) AS s
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = s.persona_id
