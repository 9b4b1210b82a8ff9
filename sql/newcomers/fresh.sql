-- Whether nobody is in the organisation, and nobody has been: no person and no persona.
SELECT NOT EXISTS (SELECT FROM people WHERE organisation_id = :organisation)
   AND NOT EXISTS (SELECT FROM personas WHERE organisation_id = :organisation) AS fresh
