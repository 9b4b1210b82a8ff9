-- What this source said last, line by line, where nothing else has happened since.
SELECT print_a, print_b
FROM source_people
WHERE organisation_id = :organisation AND source_id = :source AND print_a IS NOT NULL
