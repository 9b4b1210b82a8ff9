-- Times of people without a custom_id in parts of which (times) others are said to have had what they have.
SELECT
    s.persona_id, s.person_id, s.begins_at, s.ends_at, range_agg(tstzrange(e.begins_at, e.ends_at)) AS times,
    max(e.ends_at) AS given_up_until
FROM ended_spells AS e
JOIN spells AS s
    ON s.organisation_id = :organisation AND s.persona_id = e.persona_id AND s.person_id <> e.person_id
    AND s.begins_at < e.ends_at AND s.ends_at > e.begins_at
GROUP BY s.persona_id, s.person_id, s.begins_at, s.ends_at
