-- How far another record store has been read.
SELECT place FROM places_read WHERE organisation_id = :organisation AND source = :source
