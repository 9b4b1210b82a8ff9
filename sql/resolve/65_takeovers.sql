-- Claims on a persona of a person with another customId. It moves, or it stays: by --takeovers, and in every mode
-- where a rejected line names its holder's customId, for nothing is taken from somebody whose line was not understood.
-- (A previous customId names its holder too.)
CREATE TEMP TABLE takeovers ON COMMIT DROP AS
SELECT
    c.component, c.line, c.place, c.ifi, c.persona_id, c.holder_id, h.custom_id AS holder_custom_id,
    run.takeovers = 'leave'
        OR h.custom_id IN (SELECT n.custom_id FROM rejects AS r JOIN staged_lines AS l USING (line)
                           CROSS JOIN LATERAL (VALUES (l.custom_id), (l.previous_custom_id)) AS n (custom_id)
                           WHERE n.custom_id IS NOT NULL)
        OR run.takeovers = 'confirmed'
            AND h.custom_id NOT IN (SELECT n.stated FROM components AS n WHERE n.stated IS NOT NULL)
            AND h.custom_id NOT IN (
                SELECT l.previous_custom_id FROM staged_lines AS l WHERE l.previous_custom_id IS NOT NULL)
            AND h.custom_id NOT IN (SELECT u.custom_id FROM unchanged_lines AS u)
            AND h.custom_id NOT IN (
                SELECT u.previous_custom_id FROM unchanged_lines AS u WHERE u.previous_custom_id IS NOT NULL) AS stays
FROM run
CROSS JOIN claims AS c
JOIN components AS k USING (component)
JOIN people AS h ON h.organisation_id = run.organisation_id AND h.id = c.holder_id
WHERE h.custom_id <> k.custom_id;
ANALYZE takeovers;

INSERT INTO passed_over (line, place, ifi, why)
SELECT line, place, ifi, 'takeover' FROM takeovers WHERE stays;

DELETE FROM claims AS c USING takeovers AS t WHERE t.stays AND t.line = c.line AND t.place = c.place;
