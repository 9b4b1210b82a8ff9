-- The groups' figures as they stand in their records.
CREATE TEMP TABLE figures ON COMMIT DROP AS
SELECT r.group_id, r.members, r.active_members, r.interactions, r.completed, r.scores, r.score_sum, r.seconds, r.last_at
FROM run
JOIN group_records AS r ON r.organisation_id = run.organisation_id
