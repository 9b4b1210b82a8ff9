-- What the columns of files mean that are sent over HTTP: mappings (TOML), by name.
CREATE TABLE mappings (
    organisation_id integer     NOT NULL,
    name            text        COLLATE "C" NOT NULL,
    text            text        NOT NULL,
    put_at          timestamptz NOT NULL DEFAULT now(),
    put_by          text        NOT NULL,
    CONSTRAINT mappings_pkey PRIMARY KEY (organisation_id, name),
    CONSTRAINT mapping_belongs_to_an_organisation FOREIGN KEY (organisation_id) REFERENCES organisations
);

CREATE SEQUENCE upload_ids;

-- A file that was sent to be imported (or that an import is to be taken back: undoes, an upload), and what has become of
-- it. mapping: as it was when the file came. tries: how often it was begun. import_id: its run in the history, from when
-- it began on.
CREATE TABLE uploads (
    organisation_id integer     NOT NULL,
    id              bigint      NOT NULL DEFAULT nextval('upload_ids'),
    undoes          bigint,
    state           text        NOT NULL DEFAULT 'queued',
    sent_by         text        NOT NULL,
    file            text,
    size            bigint,
    mapping_name    text,
    mapping         text,
    options         jsonb       NOT NULL DEFAULT '{}',
    notify          text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    started_at      timestamptz,
    ended_at        timestamptz,
    tries           integer     NOT NULL DEFAULT 0,
    import_id       bigint,
    exit_code       integer,
    summary         json,
    error           text,
    notified        text,
    notify_tries    integer     NOT NULL DEFAULT 0,
    CONSTRAINT uploads_pkey PRIMARY KEY (organisation_id, id),
    CONSTRAINT upload_state_is_known CHECK
        (state IN ('queued', 'running', 'committed', 'finished', 'dry-run', 'refused', 'failed', 'stopped')),
    CONSTRAINT upload_belongs_to_an_organisation FOREIGN KEY (organisation_id) REFERENCES organisations
);

-- Files in pieces: the one that was sent (what = 'file', until it has been imported), its rejects and its plan.
CREATE TABLE upload_pieces (
    organisation_id integer NOT NULL,
    upload_id       bigint  NOT NULL,
    what            text    COLLATE "C" NOT NULL,
    number          integer NOT NULL,
    piece           bytea   NOT NULL,
    CONSTRAINT upload_pieces_pkey PRIMARY KEY (organisation_id, upload_id, what, number),
    CONSTRAINT piece_is_of_an_upload FOREIGN KEY (organisation_id, upload_id) REFERENCES uploads ON DELETE CASCADE
);
ALTER TABLE upload_pieces ALTER COLUMN piece SET STORAGE EXTERNAL;
