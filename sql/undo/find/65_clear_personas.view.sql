-- The personas that nothing is in the way of.
SELECT u.*
FROM undone_personas AS u
WHERE NOT EXISTS (SELECT FROM conflicts AS c WHERE c.what = 'persona' AND c.id = u.persona_id)
