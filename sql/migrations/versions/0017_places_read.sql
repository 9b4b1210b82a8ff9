-- How far the statements of other record stores (source: their address) have been read; place is theirs to say.
CREATE TABLE places_read (
    organisation_id integer     NOT NULL,
    source          text        NOT NULL,
    place           jsonb       NOT NULL,
    kept_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT places_read_pkey PRIMARY KEY (organisation_id, source)
);
