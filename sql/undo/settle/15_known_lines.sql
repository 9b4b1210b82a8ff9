-- Whether any line is known by its prints at all: after a load has been undone, or brought back, none is.
SELECT s.source_id FROM source_people AS s WHERE s.organisation_id = :organisation AND s.fingerprint_a IS NOT NULL LIMIT 1
