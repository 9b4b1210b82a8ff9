-- Who may ask over HTTP. key: begins with the organisation's id; secret: its SHA-256 (32 random bytes need no more). A
-- name is free again once its credential is revoked.
CREATE TABLE credentials (
    organisation_id integer     NOT NULL,
    key             text        COLLATE "C" NOT NULL,
    name            text        NOT NULL,
    secret          bytea       NOT NULL,
    scopes          text[]      NOT NULL,
    made_at         timestamptz NOT NULL DEFAULT now(),
    made_by         text        NOT NULL,
    revoked_at      timestamptz,
    CONSTRAINT credentials_pkey PRIMARY KEY (organisation_id, key)
);
CREATE UNIQUE INDEX credentials_by_name ON credentials (organisation_id, name) WHERE revoked_at IS NULL;

-- How many requests a credential has been granted in a minute (of those since 1970). It is the servers' own: a crash, which
-- empties it, gives everybody a new minute.
CREATE UNLOGGED TABLE credential_minutes (
    organisation_id integer NOT NULL,
    key             text    COLLATE "C" NOT NULL,
    minute          bigint  NOT NULL,
    taken           integer NOT NULL,
    granted         integer NOT NULL,
    CONSTRAINT credential_minutes_pkey PRIMARY KEY (organisation_id, key)
) WITH (fillfactor = 50);
