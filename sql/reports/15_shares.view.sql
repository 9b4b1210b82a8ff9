-- What a report with a time or an activity adds up, with whose it is. Without a time it stands in the records; with one,
-- whole months are in the records by month, and only the days at the edges are read from the interactions themselves. Whose
-- they are, the open spell of a persona says (p), or one that has ended (e). The parameters are constants to the planner: of the
-- branches only those that were asked for are run.
SELECT r.person_id, r.activity_id, r.interactions, r.completed, r.passed, r.failed, r.scores, r.score_sum, r.seconds,
       r.first_at, r.last_at
FROM person_activity_records AS r
WHERE CAST(:summed AS boolean) AND NOT CAST(:timed AS boolean) AND NOT CAST(:scoped AS boolean)
  AND r.organisation_id = :organisation
  AND (CAST(:activity AS bigint) IS NULL OR r.activity_id = CAST(:activity AS bigint))
UNION ALL
SELECT r.person_id, r.activity_id, r.interactions, r.completed, r.passed, r.failed, r.scores, r.score_sum, r.seconds,
       r.first_at, r.last_at
FROM scope AS c
JOIN person_activity_records AS r ON r.organisation_id = :organisation AND r.person_id = c.person_id
WHERE CAST(:summed AS boolean) AND NOT CAST(:timed AS boolean) AND CAST(:scoped AS boolean)
  AND (CAST(:activity AS bigint) IS NULL OR r.activity_id = CAST(:activity AS bigint))
UNION ALL
SELECT coalesce(CASE WHEN r.begins_at = p.begins_at THEN p.person_id END, e.person_id), r.activity_id, r.interactions,
       r.completed, r.passed, r.failed, r.scores, r.score_sum, r.seconds, r.first_at, r.last_at
FROM personas AS p
JOIN persona_activity_records AS r ON r.organisation_id = :organisation AND r.persona_id = p.id
LEFT JOIN closed_spells AS e
    ON e.organisation_id = :organisation AND e.persona_id = r.persona_id AND e.begins_at = r.begins_at
WHERE CAST(:by_month AS boolean) AND NOT CAST(:scoped AS boolean)
  AND p.organisation_id = :organisation
  AND (CAST(:first_month AS date) IS NULL OR r.month >= CAST(:first_month AS date))
  AND (CAST(:end_month AS date) IS NULL OR r.month < CAST(:end_month AS date))
  AND (CAST(:activity AS bigint) IS NULL OR r.activity_id = CAST(:activity AS bigint))
UNION ALL
SELECT p.person_id, r.activity_id, r.interactions, r.completed, r.passed, r.failed, r.scores, r.score_sum, r.seconds,
       r.first_at, r.last_at
FROM scope AS c
JOIN personas AS p ON p.organisation_id = :organisation AND p.person_id = c.person_id
JOIN persona_activity_records AS r
    ON r.organisation_id = :organisation AND r.persona_id = p.id AND r.begins_at = p.begins_at
WHERE CAST(:by_month AS boolean) AND CAST(:scoped AS boolean)
  AND (CAST(:first_month AS date) IS NULL OR r.month >= CAST(:first_month AS date))
  AND (CAST(:end_month AS date) IS NULL OR r.month < CAST(:end_month AS date))
  AND (CAST(:activity AS bigint) IS NULL OR r.activity_id = CAST(:activity AS bigint))
UNION ALL
SELECT e.person_id, r.activity_id, r.interactions, r.completed, r.passed, r.failed, r.scores, r.score_sum, r.seconds,
       r.first_at, r.last_at
FROM scope AS c
JOIN closed_spells AS e ON e.organisation_id = :organisation AND e.person_id = c.person_id
JOIN persona_activity_records AS r
    ON r.organisation_id = :organisation AND r.persona_id = e.persona_id AND r.begins_at = e.begins_at
WHERE CAST(:by_month AS boolean) AND CAST(:scoped AS boolean)
  AND (CAST(:first_month AS date) IS NULL OR r.month >= CAST(:first_month AS date))
  AND (CAST(:end_month AS date) IS NULL OR r.month < CAST(:end_month AS date))
  AND (CAST(:activity AS bigint) IS NULL OR r.activity_id = CAST(:activity AS bigint))
UNION ALL
SELECT coalesce(CASE WHEN i.at >= p.begins_at THEN p.person_id END, e.person_id), i.activity_id, 1, i.completed, i.passed,
       i.failed, i.scores, coalesce(i.score, 0), i.seconds, i.at, i.at
FROM interactions AS i
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = i.persona_id
LEFT JOIN closed_spells AS e
    ON e.organisation_id = :organisation AND e.persona_id = i.persona_id AND e.begins_at <= i.at AND i.at < e.ends_at
WHERE CAST(:by_edge AS boolean) AND NOT CAST(:scoped AS boolean)
  AND i.organisation_id = :organisation
  AND (i.at >= CAST(:left_from AS timestamptz) AND i.at < CAST(:left_to AS timestamptz)
       OR i.at >= CAST(:right_from AS timestamptz) AND i.at < CAST(:right_to AS timestamptz))
  AND (CAST(:activity AS bigint) IS NULL OR i.activity_id = CAST(:activity AS bigint))
UNION ALL
SELECT p.person_id, i.activity_id, 1, i.completed, i.passed, i.failed, i.scores, coalesce(i.score, 0), i.seconds, i.at, i.at
FROM scope AS c
JOIN personas AS p ON p.organisation_id = :organisation AND p.person_id = c.person_id
JOIN interactions AS i ON i.organisation_id = :organisation AND i.persona_id = p.id AND i.at >= p.begins_at
WHERE CAST(:by_edge AS boolean) AND CAST(:scoped AS boolean)
  AND (i.at >= CAST(:left_from AS timestamptz) AND i.at < CAST(:left_to AS timestamptz)
       OR i.at >= CAST(:right_from AS timestamptz) AND i.at < CAST(:right_to AS timestamptz))
  AND (CAST(:activity AS bigint) IS NULL OR i.activity_id = CAST(:activity AS bigint))
UNION ALL
SELECT e.person_id, i.activity_id, 1, i.completed, i.passed, i.failed, i.scores, coalesce(i.score, 0), i.seconds, i.at, i.at
FROM scope AS c
JOIN closed_spells AS e ON e.organisation_id = :organisation AND e.person_id = c.person_id
JOIN interactions AS i
    ON i.organisation_id = :organisation AND i.persona_id = e.persona_id AND i.at >= e.begins_at AND i.at < e.ends_at
WHERE CAST(:by_edge AS boolean) AND CAST(:scoped AS boolean)
  AND (i.at >= CAST(:left_from AS timestamptz) AND i.at < CAST(:left_to AS timestamptz)
       OR i.at >= CAST(:right_from AS timestamptz) AND i.at < CAST(:right_to AS timestamptz))
  AND (CAST(:activity AS bigint) IS NULL OR i.activity_id = CAST(:activity AS bigint))
