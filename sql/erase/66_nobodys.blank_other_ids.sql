-- By a persona of theirs nobody else is found.
SELECT o.record, o.other_id, o.given_by, CAST(NULL AS bigint) AS persona_id
FROM their_personas AS t
JOIN other_ids AS o ON o.organisation_id = :organisation AND o.persona_id = t.persona_id
WHERE o.record <> 'identifier'
