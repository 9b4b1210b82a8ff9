-- Their lines are looked at again.
SELECT s.person_id, s.source_id, CAST(NULL AS bigint) AS print_a, CAST(NULL AS bigint) AS print_b
FROM touched AS t
JOIN source_people AS s ON s.organisation_id = :organisation AND s.person_id = t.person_id AND s.print_a IS NOT NULL
