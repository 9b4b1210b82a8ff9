-- What counts of an interaction. Where its result does not say whether it completes, or is a success, its verb does: ADL's
-- completed, passed and failed.
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
FROM (
    SELECT
        organisation_id, id, persona_id, voids, activity_id, verb, score, seconds, at,
        coalesce(completion, CASE
            WHEN verb IN ('http://adlnet.gov/expapi/verbs/completed', 'https://w3id.org/xapi/adl/verbs/completed') THEN true
        END) AS completion,
        coalesce(success, CASE
            WHEN verb IN ('http://adlnet.gov/expapi/verbs/passed', 'https://w3id.org/xapi/adl/verbs/passed') THEN true
            WHEN verb IN ('http://adlnet.gov/expapi/verbs/failed', 'https://w3id.org/xapi/adl/verbs/failed') THEN false
        END) AS success
    FROM statements
) AS s
WHERE s.persona_id IS NOT NULL AND s.voids IS NULL
  AND NOT EXISTS (
    SELECT FROM statements AS v
    WHERE v.organisation_id = s.organisation_id AND v.voids = s.id AND v.voids IS NOT NULL);

-- Whose records say something else now. (Those of people and groups are marked by whoever makes these.)
INSERT INTO pending (organisation_id, subject, subject_id)
SELECT DISTINCT s.organisation_id, 'persona', s.persona_id
FROM statements AS s
WHERE s.persona_id IS NOT NULL AND s.voids IS NULL
  AND (s.completion IS NULL
       AND s.verb IN ('http://adlnet.gov/expapi/verbs/completed', 'https://w3id.org/xapi/adl/verbs/completed')
       OR s.success IS NULL
       AND s.verb IN ('http://adlnet.gov/expapi/verbs/passed', 'https://w3id.org/xapi/adl/verbs/passed',
                      'http://adlnet.gov/expapi/verbs/failed', 'https://w3id.org/xapi/adl/verbs/failed'));
