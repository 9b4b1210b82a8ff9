-- The ended spells that nothing is in the way of.
SELECT u.*
FROM undone_spells AS u
WHERE NOT EXISTS (SELECT FROM conflicts AS c WHERE c.what = 'persona' AND c.id = u.persona_id)
