-- Who is who, in time. A persona belongs to people one after another: a spell is one persona with one person, from a moment on
-- and up to another. The row of personas is the open spell, which a line claims: whose it is (null: nobody's, at present), and
-- since when. Those before it are closed. Statements hang on the persona; which spell one is of, its time tells.
ALTER TABLE personas
    ALTER COLUMN person_id DROP NOT NULL,
    ADD COLUMN begins_at timestamptz NOT NULL DEFAULT '-infinity';
CREATE INDEX personas_that_begin ON personas (organisation_id, id) WHERE begins_at > '-infinity';
ALTER TABLE persona_versions
    ALTER COLUMN person_id DROP NOT NULL,
    ADD COLUMN begins_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE persona_versions ALTER COLUMN begins_at DROP DEFAULT;

CREATE TABLE closed_spells (
    organisation_id integer     NOT NULL,
    persona_id      bigint      NOT NULL,
    begins_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    person_id       bigint      NOT NULL,
    changed_by      bigint,
    said_in         bigint,
    CONSTRAINT closed_spells_pkey PRIMARY KEY (organisation_id, persona_id, begins_at),
    CONSTRAINT spell_has_a_length CHECK (begins_at < ends_at AND ends_at < 'infinity'),
    CONSTRAINT spell_is_of_a_persona FOREIGN KEY (organisation_id, persona_id) REFERENCES personas,
    CONSTRAINT spell_is_with_a_person FOREIGN KEY (organisation_id, person_id) REFERENCES people
);
CREATE INDEX closed_spells_of_a_person ON closed_spells (organisation_id, person_id);

CREATE TABLE spell_versions (
    organisation_id integer     NOT NULL,
    persona_id      bigint      NOT NULL,
    begins_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    person_id       bigint      NOT NULL,
    changed_by      bigint,
    said_in         bigint,
    replaced_by     bigint      NOT NULL,
    CONSTRAINT spell_versions_pkey PRIMARY KEY (organisation_id, replaced_by, persona_id, begins_at)
);
CREATE INDEX versions_of_a_spell ON spell_versions (organisation_id, persona_id, begins_at);
CREATE INDEX spell_versions_by_change ON spell_versions (organisation_id, changed_by);
CREATE INDEX spell_versions_by_person_id ON spell_versions (organisation_id, person_id);

-- All spells, open and closed: half-open, [begins_at, ends_at). Those of one persona never overlap.
CREATE VIEW spells AS
SELECT organisation_id, id AS persona_id, person_id, begins_at, CAST('infinity' AS timestamptz) AS ends_at
FROM personas
WHERE person_id IS NOT NULL
UNION ALL
SELECT organisation_id, persona_id, person_id, begins_at, ends_at
FROM closed_spells;

CREATE VIEW spell_states AS
SELECT organisation_id, persona_id, begins_at, ends_at, person_id, changed_by, said_in, CAST(NULL AS bigint) AS replaced_by
FROM closed_spells
UNION ALL
SELECT organisation_id, persona_id, begins_at, ends_at, person_id, changed_by, said_in, replaced_by
FROM spell_versions;

CREATE VIEW spell_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.persona_id, b.begins_at, b AS before, a AS after, false AS as_made
FROM spell_states AS b
LEFT JOIN spell_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.persona_id = b.persona_id AND a.begins_at = b.begins_at
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.persona_id, a.begins_at, CAST(NULL AS spell_states), a, a.replaced_by IS NULL
FROM spell_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM spell_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.persona_id = b.persona_id AND a.begins_at = b.begins_at);

-- The history of personas knows since when.
DROP VIEW persona_changes;
DROP VIEW persona_states;
CREATE VIEW persona_states AS
SELECT organisation_id, id, person_id, begins_at, kind, ifi, near,
       as_written, agent_name, pinned, created_at, changed_by, said_in, CAST(NULL AS bigint) AS replaced_by
FROM personas
UNION ALL
SELECT organisation_id, id, person_id, begins_at, kind, ifi, near,
       as_written, agent_name, pinned, created_at, changed_by, said_in, replaced_by
FROM persona_versions;

CREATE VIEW persona_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.id, b AS before, a AS after, false AS as_made
FROM persona_states AS b
LEFT JOIN persona_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.id = b.id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.id, CAST(NULL AS persona_states), a, a.replaced_by IS NULL
FROM persona_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM persona_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.id = b.id);

-- Records of a persona are kept for each of its spells, told by its beginning. Nothing has been split yet: they stay as they are.
ALTER TABLE persona_activity_records ADD COLUMN begins_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE persona_activity_records
    ALTER COLUMN begins_at DROP DEFAULT,
    DROP CONSTRAINT persona_activity_records_pkey,
    ADD CONSTRAINT persona_activity_records_pkey
        PRIMARY KEY (organisation_id, persona_id, activity_id, month, begins_at);
