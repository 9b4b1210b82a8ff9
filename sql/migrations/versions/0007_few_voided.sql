-- An interaction, and what it adds to a record, as before. That what voids is not null goes without saying, but only where it is
-- said does the planner know how few there are, and looks them up among those rather than among all statements.
CREATE OR REPLACE VIEW interactions AS
SELECT
    s.organisation_id, s.persona_id, s.activity_id,
    CAST(date_trunc('month', s.at AT TIME ZONE 'UTC') AS date) AS month,
    s.at,
    CAST(s.completion IS TRUE AS integer) AS completed,
    CAST(s.success IS TRUE AS integer) AS passed,
    CAST(s.success IS FALSE AS integer) AS failed,
    CAST(s.score IS NOT NULL AS integer) AS scores,
    s.score,
    coalesce(s.seconds, 0) AS seconds,
    CASE WHEN s.completion THEN s.at END AS completed_at,
    CASE WHEN s.success THEN s.at END AS passed_at,
    CAST(s.verb IN ('http://adlnet.gov/expapi/verbs/attempted', 'http://adlnet.gov/expapi/verbs/initialized',
                    'https://w3id.org/xapi/adl/verbs/attempted', 'https://w3id.org/xapi/adl/verbs/initialized')
         AS integer) AS attempts
FROM statements AS s
WHERE s.persona_id IS NOT NULL AND s.voids IS NULL
  AND NOT EXISTS (
    SELECT FROM statements AS v
    WHERE v.organisation_id = s.organisation_id AND v.voids = s.id AND v.voids IS NOT NULL);
