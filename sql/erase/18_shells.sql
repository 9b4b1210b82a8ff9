-- People who are gone, and who were nothing but them: all that they had is the erased people's, or something was, and they never
-- had a custom_id, as whom a statement's agent has made. Of those the history knows a name.
SELECT f.person_id
FROM (
    SELECT s.person_id
    FROM their_personas AS t
    JOIN persona_states AS s ON s.organisation_id = :organisation AND s.id = t.persona_id
    WHERE s.person_id > 0
    UNION
    SELECT s.person_id
    FROM their_personas AS t
    JOIN spell_states AS s ON s.organisation_id = :organisation AND s.persona_id = t.persona_id
    WHERE s.person_id > 0
) AS f
WHERE NOT EXISTS (SELECT FROM erased_people AS e WHERE e.person_id = f.person_id)
  AND NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = :organisation AND p.id = f.person_id)
  AND (
    NOT EXISTS (
        SELECT FROM person_versions AS v
        WHERE v.organisation_id = :organisation AND v.id = f.person_id
          AND coalesce(v.custom_id, v.former_custom_id) IS NOT NULL)
    OR NOT EXISTS (
        SELECT FROM persona_states AS s
        WHERE s.organisation_id = :organisation AND s.person_id = f.person_id
          AND NOT EXISTS (SELECT FROM their_personas AS t WHERE t.persona_id = s.id))
    AND NOT EXISTS (
        SELECT FROM spell_states AS s
        WHERE s.organisation_id = :organisation AND s.person_id = f.person_id
          AND NOT EXISTS (SELECT FROM their_personas AS t WHERE t.persona_id = s.persona_id))
  )
