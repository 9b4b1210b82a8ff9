-- The people whose interactions change: who gain or lose a persona that has an interaction then.
SELECT DISTINCT a.person_id
FROM changed_hands AS m
CROSS JOIN LATERAL (VALUES (m.from_id), (m.to_id)) AS a (person_id)
WHERE a.person_id IS NOT NULL
  AND EXISTS (
    SELECT FROM interactions AS i
    WHERE i.organisation_id = :organisation AND i.persona_id = m.persona_id AND i.at >= m.begins_at AND i.at < m.ends_at)
