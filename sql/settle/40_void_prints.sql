-- To whom anything else has happened than that this source's line was taken over: for them lines are looked at again.
UPDATE source_people AS s
SET print_a = NULL, print_b = NULL
FROM touched AS t
CROSS JOIN run
WHERE s.organisation_id = run.organisation_id AND s.person_id = t.person_id AND s.print_a IS NOT NULL
  AND NOT (s.source_id = run.source_id AND t.person_id IN (SELECT g.person_id FROM given AS g));
