-- The change set of every import: each change with before and after, and no copy of what has not changed since.
--
-- A row says which import changed it last (changed_by), and which line did (said_at: the number of the file << 40, plus
-- the physical line). What an import is about to replace or delete it first copies into the table's versions, with its own
-- number (replaced_by), unless it has changed the row already. So what an import did to a row is: before, the version
-- that it replaced, if there is one; after, the state with its number as changed_by, if there is one, current or a version.
-- A load into empty tables writes no version at all.

ALTER TABLE people ADD COLUMN said_at bigint;
-- pinned: imports leave the persona where it is.
ALTER TABLE personas ADD COLUMN said_at bigint, ADD COLUMN pinned boolean NOT NULL DEFAULT false;
CREATE INDEX pinned_personas ON personas (organisation_id, person_id) WHERE pinned;
ALTER TABLE groups ADD COLUMN said_at bigint;
ALTER TABLE group_parents ADD COLUMN said_at bigint;
ALTER TABLE memberships ADD COLUMN said_at bigint;
-- previous_custom_id: the rename that this source gave last, and that has been carried out.
ALTER TABLE source_people ADD COLUMN said_at bigint, ADD COLUMN previous_custom_id text COLLATE "C";

-- A suspended source is not imported until somebody has looked (resume-source): by which import, and why.
ALTER TABLE sources ADD COLUMN suspended_by bigint, ADD COLUMN suspended_why text;

-- undoes: the import that this one takes back. pruned: its versions are gone; it cannot be undone any more.
ALTER TABLE imports ADD COLUMN undoes bigint, ADD COLUMN pruned boolean NOT NULL DEFAULT false;

CREATE TABLE person_versions (
    organisation_id    integer     NOT NULL,
    id                 bigint      NOT NULL,
    custom_id          text        COLLATE "C",
    name               text,
    image_url          text,
    created_at         timestamptz NOT NULL,
    changed_by         bigint,
    said_at            bigint,
    replaced_by        bigint      NOT NULL,
    CONSTRAINT person_versions_pkey PRIMARY KEY (organisation_id, replaced_by, id)
);
CREATE INDEX versions_of_a_person ON person_versions (organisation_id, id);
CREATE INDEX person_versions_by_change ON person_versions (organisation_id, changed_by);
CREATE INDEX person_versions_by_custom_id ON person_versions (organisation_id, custom_id);

CREATE TABLE persona_versions (
    organisation_id    integer     NOT NULL,
    id                 bigint      NOT NULL,
    person_id          bigint      NOT NULL,
    kind               ifi_kind    NOT NULL,
    ifi                text        NOT NULL COLLATE "C",
    near               text        COLLATE "C",
    as_written         text,
    agent_name         text,
    pinned             boolean     NOT NULL,
    created_at         timestamptz NOT NULL,
    changed_by         bigint,
    said_at            bigint,
    replaced_by        bigint      NOT NULL,
    CONSTRAINT persona_versions_pkey PRIMARY KEY (organisation_id, replaced_by, id)
);
CREATE INDEX versions_of_a_persona ON persona_versions (organisation_id, id);
CREATE INDEX persona_versions_by_change ON persona_versions (organisation_id, changed_by);
CREATE INDEX persona_versions_by_ifi ON persona_versions (organisation_id, ifi);
CREATE INDEX persona_versions_by_person_id ON persona_versions (organisation_id, person_id);

CREATE TABLE group_versions (
    organisation_id    integer     NOT NULL,
    id                 bigint      NOT NULL,
    custom_id          text        NOT NULL COLLATE "C",
    name               text,
    type               text,
    created_at         timestamptz NOT NULL,
    changed_by         bigint,
    said_at            bigint,
    replaced_by        bigint      NOT NULL,
    CONSTRAINT group_versions_pkey PRIMARY KEY (organisation_id, replaced_by, id)
);
CREATE INDEX versions_of_a_group ON group_versions (organisation_id, id);
CREATE INDEX group_versions_by_change ON group_versions (organisation_id, changed_by);

CREATE TABLE parent_versions (
    organisation_id    integer     NOT NULL,
    group_id           bigint      NOT NULL,
    parent_id          bigint      NOT NULL,
    source_id          integer     NOT NULL,
    changed_by         bigint,
    said_at            bigint,
    replaced_by        bigint      NOT NULL,
    CONSTRAINT parent_versions_pkey PRIMARY KEY (organisation_id, replaced_by, group_id, parent_id, source_id)
);
CREATE INDEX versions_of_a_parent ON parent_versions (organisation_id, group_id, parent_id, source_id);
CREATE INDEX parent_versions_by_change ON parent_versions (organisation_id, changed_by);

CREATE TABLE membership_versions (
    organisation_id    integer     NOT NULL,
    person_id          bigint      NOT NULL,
    group_id           bigint      NOT NULL,
    source_id          integer     NOT NULL,
    changed_by         bigint,
    said_at            bigint,
    replaced_by        bigint      NOT NULL,
    CONSTRAINT membership_versions_pkey PRIMARY KEY (organisation_id, replaced_by, person_id, group_id, source_id)
);
CREATE INDEX versions_of_a_membership ON membership_versions (organisation_id, person_id, group_id, source_id);
CREATE INDEX membership_versions_by_change ON membership_versions (organisation_id, changed_by);

CREATE TABLE saying_versions (
    organisation_id    integer     NOT NULL,
    person_id          bigint      NOT NULL,
    source_id          integer     NOT NULL,
    name               text,
    image_url          text,
    previous_custom_id text        COLLATE "C",
    changed_by         bigint,
    said_at            bigint,
    replaced_by        bigint      NOT NULL,
    CONSTRAINT saying_versions_pkey PRIMARY KEY (organisation_id, replaced_by, person_id, source_id)
);
CREATE INDEX versions_of_a_saying ON saying_versions (organisation_id, person_id, source_id);
CREATE INDEX saying_versions_by_change ON saying_versions (organisation_id, changed_by);

-- <one>_states: every state that a row has been in, replaced_by null for the current one.
-- <one>_changes: what each import did to each row that it changed; before or after is null where there is no such row.

CREATE VIEW person_states AS
SELECT organisation_id, id, custom_id, name, image_url, created_at, changed_by, said_at, CAST(NULL AS bigint) AS replaced_by
FROM people
UNION ALL
SELECT organisation_id, id, custom_id, name, image_url, created_at, changed_by, said_at, replaced_by
FROM person_versions;

CREATE VIEW person_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.id, b AS before, a AS after
FROM person_states AS b
LEFT JOIN person_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.id = b.id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.id, CAST(NULL AS person_states), a
FROM person_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM person_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.id = b.id);

CREATE VIEW persona_states AS
SELECT organisation_id, id, person_id, kind, ifi, near,
       as_written, agent_name, pinned, created_at, changed_by, said_at, CAST(NULL AS bigint) AS replaced_by
FROM personas
UNION ALL
SELECT organisation_id, id, person_id, kind, ifi, near,
       as_written, agent_name, pinned, created_at, changed_by, said_at, replaced_by
FROM persona_versions;

CREATE VIEW persona_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.id, b AS before, a AS after
FROM persona_states AS b
LEFT JOIN persona_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.id = b.id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.id, CAST(NULL AS persona_states), a
FROM persona_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM persona_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.id = b.id);

CREATE VIEW group_states AS
SELECT organisation_id, id, custom_id, name, type, created_at, changed_by, said_at, CAST(NULL AS bigint) AS replaced_by
FROM groups
UNION ALL
SELECT organisation_id, id, custom_id, name, type, created_at, changed_by, said_at, replaced_by
FROM group_versions;

CREATE VIEW group_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.id, b AS before, a AS after
FROM group_states AS b
LEFT JOIN group_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.id = b.id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.id, CAST(NULL AS group_states), a
FROM group_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM group_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.id = b.id);

CREATE VIEW parent_states AS
SELECT organisation_id, group_id, parent_id, source_id, changed_by, said_at, CAST(NULL AS bigint) AS replaced_by
FROM group_parents
UNION ALL
SELECT organisation_id, group_id, parent_id, source_id, changed_by, said_at, replaced_by
FROM parent_versions;

CREATE VIEW parent_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.group_id, b.parent_id, b.source_id, b AS before, a AS after
FROM parent_states AS b
LEFT JOIN parent_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.group_id = b.group_id AND a.parent_id = b.parent_id AND a.source_id = b.source_id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.group_id, a.parent_id, a.source_id, CAST(NULL AS parent_states), a
FROM parent_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM parent_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.group_id = b.group_id AND a.parent_id = b.parent_id AND a.source_id = b.source_id);

CREATE VIEW membership_states AS
SELECT organisation_id, person_id, group_id, source_id, changed_by, said_at, CAST(NULL AS bigint) AS replaced_by
FROM memberships
UNION ALL
SELECT organisation_id, person_id, group_id, source_id, changed_by, said_at, replaced_by
FROM membership_versions;

CREATE VIEW membership_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.person_id, b.group_id, b.source_id, b AS before, a AS after
FROM membership_states AS b
LEFT JOIN membership_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.person_id = b.person_id AND a.group_id = b.group_id AND a.source_id = b.source_id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.person_id, a.group_id, a.source_id, CAST(NULL AS membership_states), a
FROM membership_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM membership_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.person_id = b.person_id AND a.group_id = b.group_id AND a.source_id = b.source_id);

CREATE VIEW saying_states AS
SELECT organisation_id, person_id, source_id, name, image_url, previous_custom_id, changed_by, said_at, CAST(NULL AS bigint) AS replaced_by
FROM source_people
UNION ALL
SELECT organisation_id, person_id, source_id, name, image_url, previous_custom_id, changed_by, said_at, replaced_by
FROM saying_versions;

CREATE VIEW saying_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.person_id, b.source_id, b AS before, a AS after
FROM saying_states AS b
LEFT JOIN saying_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.person_id = b.person_id AND a.source_id = b.source_id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.person_id, a.source_id, CAST(NULL AS saying_states), a
FROM saying_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM saying_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.person_id = b.person_id AND a.source_id = b.source_id);
