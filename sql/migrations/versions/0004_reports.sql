-- Reports of any span of time: the lowest records, the only ones that are read from statements, get a month (in UTC) into
-- their key. Records are made of facts, so nothing is lost: every persona with statements becomes pending, and
-- finish-batch-updates makes the records again. Until then people and groups keep those that they have.

-- An interaction, and what it adds to a record: a statement with a persona that voids nothing and that nothing voids. Here, and
-- nowhere else, xAPI's results become figures (docs/reports.md).
CREATE VIEW interactions AS
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
  AND NOT EXISTS (SELECT FROM statements AS v WHERE v.organisation_id = s.organisation_id AND v.voids = s.id);

-- Loads come in the order of time, more or less: so the days at the edges of a report lie in few blocks of the table.
CREATE INDEX statements_by_time ON statements USING brin (organisation_id, at) WITH (autosummarize = on);

DROP TABLE persona_activity_records;
CREATE TABLE persona_activity_records (
    organisation_id integer     NOT NULL,
    persona_id      bigint      NOT NULL,
    activity_id     bigint      NOT NULL,
    month           date        NOT NULL,
    attempts        bigint      NOT NULL,
    interactions    bigint      NOT NULL,
    completed       bigint      NOT NULL,
    passed          bigint      NOT NULL,
    failed          bigint      NOT NULL,
    scores          bigint      NOT NULL,
    score_sum       numeric     NOT NULL,
    best_score      numeric,
    seconds         numeric     NOT NULL,
    first_at        timestamptz NOT NULL,
    last_at         timestamptz NOT NULL,
    completed_at    timestamptz,
    passed_at       timestamptz,
    CONSTRAINT persona_activity_records_pkey PRIMARY KEY (organisation_id, persona_id, activity_id, month)
);

ALTER TABLE person_activity_records ADD COLUMN attempts bigint NOT NULL DEFAULT 0;
ALTER TABLE person_activity_records ALTER COLUMN attempts DROP DEFAULT;

INSERT INTO pending (organisation_id, subject, subject_id)
SELECT DISTINCT organisation_id, 'persona', persona_id
FROM statements
WHERE persona_id IS NOT NULL;
