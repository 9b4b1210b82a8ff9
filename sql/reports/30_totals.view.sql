-- Per person, what a report shows of everybody whom it is about and who has interactions.
SELECT r.person_id, r.interactions, r.activities, r.completed, r.passed, r.failed, r.scores, r.score_sum, r.seconds, r.first_at,
       r.last_at
FROM person_records AS r
WHERE NOT CAST(:summed AS boolean) AND NOT CAST(:scoped AS boolean)
  AND r.organisation_id = :organisation
UNION ALL
SELECT r.person_id, r.interactions, r.activities, r.completed, r.passed, r.failed, r.scores, r.score_sum, r.seconds, r.first_at,
       r.last_at
FROM scope AS c
JOIN person_records AS r ON r.organisation_id = :organisation AND r.person_id = c.person_id
WHERE NOT CAST(:summed AS boolean) AND CAST(:scoped AS boolean)
UNION ALL
SELECT r.person_id, r.interactions, r.activities, r.completed, r.passed, r.failed, r.scores, r.score_sum, r.seconds, r.first_at,
       r.last_at
FROM fresh_person_records AS r
WHERE CAST(:summed AS boolean)
