-- Which personas change person, and since when they are the other's. taken: from somebody with another custom_id; else claimed
-- from somebody without one, or from nobody. splits: the one who has it keeps what was before. since: begins_at, or, where the
-- other has had it up to then, since when that is: two spells of one person that touch are one.
SELECT
    c.persona_id, c.ifi, c.line, c.said_in, c.holder_id AS from_id, t.person_id AS to_id,
    EXISTS (SELECT FROM claims_on_others AS o WHERE o.line = c.line AND o.place = c.place) AS taken,
    c.began_at, c.begins_at, c.splits, coalesce(s.begins_at, c.begins_at) AS since
FROM claims_on_known AS c
JOIN targets AS t USING (component)
LEFT JOIN closed_spells AS s
    ON s.organisation_id = :organisation AND s.persona_id = c.persona_id AND s.person_id = t.person_id
    AND s.ends_at = c.begins_at AND c.begins_at > '-infinity'
WHERE c.holder_id IS DISTINCT FROM t.person_id
