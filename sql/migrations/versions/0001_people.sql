-- The first schema: who is who, what they did, what reports read, and who changed what.
-- Every key and every join carries the organisation: no query crosses it, and the tables can be distributed by it.

CREATE SEQUENCE organisation_ids AS integer;
CREATE SEQUENCE import_ids;
CREATE SEQUENCE source_ids AS integer;
CREATE SEQUENCE person_ids;
CREATE SEQUENCE persona_ids;
CREATE SEQUENCE group_ids;
CREATE SEQUENCE activity_ids;
CREATE SEQUENCE pending_ids;

CREATE TYPE ifi_kind AS ENUM ('mbox', 'mbox_sha1sum', 'openid', 'account');

-- The tenant. With fold_mailbox_case the local part of every mbox that enters is lower-cased, for ever.
CREATE TABLE organisations (
    id                integer     NOT NULL DEFAULT nextval('organisation_ids'),
    name              text        NOT NULL COLLATE "C",
    fold_mailbox_case boolean     NOT NULL DEFAULT false,
    created_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT organisations_pkey PRIMARY KEY (id),
    CONSTRAINT name_names_one_organisation UNIQUE (name)
);
INSERT INTO organisations (name) VALUES ('default');

-- The feed an import speaks for.
CREATE TABLE sources (
    organisation_id integer NOT NULL,
    id              integer NOT NULL DEFAULT nextval('source_ids'),
    name            text    NOT NULL COLLATE "C",
    CONSTRAINT sources_pkey PRIMARY KEY (organisation_id, id),
    CONSTRAINT name_names_one_source UNIQUE (organisation_id, name),
    CONSTRAINT source_belongs_to_an_organisation FOREIGN KEY (organisation_id) REFERENCES organisations
);

-- The history: one row a run. It is written outside the run's transaction, but its state turns to
-- 'committed' inside it, so that it tells the truth whatever happens to the job.
CREATE TABLE imports (
    organisation_id integer     NOT NULL,
    id              bigint      NOT NULL DEFAULT nextval('import_ids'),
    command         text        NOT NULL,
    source_id       integer,
    state           text        NOT NULL DEFAULT 'running',
    started_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at        timestamptz,
    run_by          text        NOT NULL,
    files           jsonb       NOT NULL DEFAULT '[]',
    options         jsonb       NOT NULL DEFAULT '{}',
    counts          jsonb       NOT NULL DEFAULT '{}',
    failure         text,
    CONSTRAINT imports_pkey PRIMARY KEY (organisation_id, id),
    CONSTRAINT import_state_is_known CHECK
        (state IN ('running', 'committed', 'finished', 'stopped', 'refused', 'failed')),
    CONSTRAINT import_belongs_to_an_organisation FOREIGN KEY (organisation_id) REFERENCES organisations,
    CONSTRAINT import_speaks_for_a_source FOREIGN KEY (organisation_id, source_id) REFERENCES sources
);

-- The human. custom_id is the customer's own id. changed_by is the import that last changed the row.
CREATE TABLE people (
    organisation_id integer     NOT NULL,
    id              bigint      NOT NULL,
    custom_id       text        COLLATE "C",
    name            text,
    image_url       text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    changed_by      bigint,
    CONSTRAINT people_pkey PRIMARY KEY (organisation_id, id),
    CONSTRAINT custom_id_names_one_person UNIQUE (organisation_id, custom_id),
    CONSTRAINT person_belongs_to_an_organisation FOREIGN KEY (organisation_id) REFERENCES organisations
);

-- One identity, always of exactly one person. ifi is the normal form as one text (an account's homePage and
-- name stand with one space between them); as_written is the value as it first came, where that differs;
-- near is the form under which near misses coincide, where that differs from ifi.
CREATE TABLE personas (
    organisation_id integer     NOT NULL,
    id              bigint      NOT NULL,
    person_id       bigint      NOT NULL,
    kind            ifi_kind    NOT NULL,
    ifi             text        NOT NULL COLLATE "C",
    near            text        COLLATE "C",
    as_written      text,
    agent_name      text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    changed_by      bigint,
    CONSTRAINT personas_pkey PRIMARY KEY (organisation_id, id),
    CONSTRAINT ifi_names_one_persona UNIQUE (organisation_id, ifi),
    CONSTRAINT persona_belongs_to_one_person FOREIGN KEY (organisation_id, person_id) REFERENCES people
);
CREATE INDEX personas_of_a_person ON personas (organisation_id, person_id);
CREATE INDEX personas_by_near ON personas (organisation_id, near) WHERE near IS NOT NULL;

CREATE TABLE groups (
    organisation_id integer     NOT NULL,
    id              bigint      NOT NULL,
    custom_id       text        NOT NULL COLLATE "C",
    name            text,
    type            text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    changed_by      bigint,
    CONSTRAINT groups_pkey PRIMARY KEY (organisation_id, id),
    CONSTRAINT custom_id_names_one_group UNIQUE (organisation_id, custom_id),
    CONSTRAINT group_belongs_to_an_organisation FOREIGN KEY (organisation_id) REFERENCES organisations
);

CREATE TABLE group_parents (
    organisation_id integer NOT NULL,
    group_id        bigint  NOT NULL,
    parent_id       bigint  NOT NULL,
    CONSTRAINT group_parents_pkey PRIMARY KEY (organisation_id, group_id, parent_id),
    CONSTRAINT group_is_not_its_own_parent CHECK (group_id <> parent_id),
    CONSTRAINT child_is_a_group FOREIGN KEY (organisation_id, group_id) REFERENCES groups,
    CONSTRAINT parent_is_a_group FOREIGN KEY (organisation_id, parent_id) REFERENCES groups
);
CREATE INDEX children_of_a_group ON group_parents (organisation_id, parent_id);

-- A person is in a group because a source says so; several may.
CREATE TABLE memberships (
    organisation_id integer NOT NULL,
    person_id       bigint  NOT NULL,
    group_id        bigint  NOT NULL,
    source_id       integer NOT NULL,
    changed_by      bigint,
    CONSTRAINT memberships_pkey PRIMARY KEY (organisation_id, person_id, group_id, source_id),
    CONSTRAINT member_is_a_person FOREIGN KEY (organisation_id, person_id) REFERENCES people,
    CONSTRAINT membership_is_in_a_group FOREIGN KEY (organisation_id, group_id) REFERENCES groups,
    CONSTRAINT membership_is_given_by_a_source FOREIGN KEY (organisation_id, source_id) REFERENCES sources
);
CREATE INDEX members_of_a_group ON memberships (organisation_id, group_id);

-- What a source gave last of each person it has named: the last non-blank cells ('' is <delete>). The two prints are
-- a hash of the whole line if one line alone gave the person and all of it was taken over: the same line again, while
-- nothing else has happened to the person, changes nothing. Whatever else changes a person voids them (null).
CREATE TABLE source_people (
    organisation_id integer NOT NULL,
    source_id       integer NOT NULL,
    person_id       bigint  NOT NULL,
    name            text,
    image_url       text,
    print_a         bigint,
    print_b         bigint,
    changed_by      bigint,
    CONSTRAINT source_people_pkey PRIMARY KEY (organisation_id, person_id, source_id),
    CONSTRAINT source_gave_a_person FOREIGN KEY (organisation_id, person_id) REFERENCES people,
    CONSTRAINT person_was_given_by_a_source FOREIGN KEY (organisation_id, source_id) REFERENCES sources
);

-- What statements are about. The empty IRI stands for an object that is not an activity.
CREATE TABLE activities (
    organisation_id integer NOT NULL,
    id              bigint  NOT NULL,
    iri             text    NOT NULL COLLATE "C",
    CONSTRAINT activities_pkey PRIMARY KEY (organisation_id, id),
    CONSTRAINT iri_names_one_activity UNIQUE (organisation_id, iri),
    CONSTRAINT activity_belongs_to_an_organisation FOREIGN KEY (organisation_id) REFERENCES organisations
);

-- The facts: every statement that came in, never updated. An interaction is a statement with a persona that
-- voids nothing and that no statement voids. An anonymous group's statement has no persona. digest: of the
-- statement as it came (canonical JSON, without what an LRS adds), to tell a repetition from a conflict.
CREATE TABLE statements (
    organisation_id integer     NOT NULL,
    id              uuid        NOT NULL,
    persona_id      bigint,
    voids           uuid,
    activity_id     bigint      NOT NULL,
    verb            text        NOT NULL,
    completion      boolean,
    success         boolean,
    score           numeric,
    seconds         numeric,
    at              timestamptz NOT NULL,
    digest          bytea       NOT NULL,
    loaded_by       bigint,
    CONSTRAINT statements_pkey PRIMARY KEY (organisation_id, id),
    CONSTRAINT score_is_scaled CHECK (score BETWEEN -1 AND 1),
    CONSTRAINT persona_of_statements_stays FOREIGN KEY (organisation_id, persona_id) REFERENCES personas,
    CONSTRAINT statement_is_about_an_activity FOREIGN KEY (organisation_id, activity_id) REFERENCES activities
);
CREATE INDEX statements_of_a_persona ON statements (organisation_id, persona_id) WHERE persona_id IS NOT NULL;
CREATE INDEX voiding_statements ON statements (organisation_id, voids) WHERE voids IS NOT NULL;

-- Whose reporting records are stale. Marks are appended, one a cause; finish deletes the ones it has read.
CREATE TABLE pending (
    organisation_id integer NOT NULL,
    subject         text    NOT NULL,
    subject_id      bigint  NOT NULL,
    id              bigint  NOT NULL DEFAULT nextval('pending_ids'),
    caused_by       bigint,
    CONSTRAINT pending_pkey PRIMARY KEY (organisation_id, subject, subject_id, id),
    CONSTRAINT pending_subject_is_known CHECK (subject IN ('persona', 'person', 'group'))
);

-- The reporting records, each rolled up from the one before. They refer to the facts by id but are never
-- held by them: a record of somebody who is gone is stale, not wrong, until finish has removed it.
CREATE TABLE persona_activity_records (
    organisation_id integer     NOT NULL,
    persona_id      bigint      NOT NULL,
    activity_id     bigint      NOT NULL,
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
    CONSTRAINT persona_activity_records_pkey PRIMARY KEY (organisation_id, persona_id, activity_id)
);

CREATE TABLE person_activity_records (
    organisation_id integer     NOT NULL,
    person_id       bigint      NOT NULL,
    activity_id     bigint      NOT NULL,
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
    CONSTRAINT person_activity_records_pkey PRIMARY KEY (organisation_id, person_id, activity_id)
);

CREATE TABLE person_records (
    organisation_id integer     NOT NULL,
    person_id       bigint      NOT NULL,
    interactions    bigint      NOT NULL,
    activities      bigint      NOT NULL,
    completed       bigint      NOT NULL,
    passed          bigint      NOT NULL,
    failed          bigint      NOT NULL,
    scores          bigint      NOT NULL,
    score_sum       numeric     NOT NULL,
    seconds         numeric     NOT NULL,
    first_at        timestamptz NOT NULL,
    last_at         timestamptz NOT NULL,
    CONSTRAINT person_records_pkey PRIMARY KEY (organisation_id, person_id)
);

-- A group with all its descendants, each person counted once; a group without members has no record.
CREATE TABLE group_records (
    organisation_id integer     NOT NULL,
    group_id        bigint      NOT NULL,
    members         bigint      NOT NULL,
    active_members  bigint      NOT NULL,
    interactions    bigint      NOT NULL,
    completed       bigint      NOT NULL,
    passed          bigint      NOT NULL,
    failed          bigint      NOT NULL,
    scores          bigint      NOT NULL,
    score_sum       numeric     NOT NULL,
    seconds         numeric     NOT NULL,
    first_at        timestamptz,
    last_at         timestamptz,
    CONSTRAINT group_records_pkey PRIMARY KEY (organisation_id, group_id)
);
