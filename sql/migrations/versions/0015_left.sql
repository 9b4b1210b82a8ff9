-- Identifiers that an import left where they were: whose line (claimant_id; null: nobody's) claimed them, which one that
-- was (said_in), who had them (holder_id), and why they stayed.
CREATE TABLE left_personas (
    organisation_id integer NOT NULL,
    import_id       bigint  NOT NULL,
    persona_id      bigint  NOT NULL,
    said_in         bigint  NOT NULL,
    why             text    NOT NULL,
    holder_id       bigint,
    claimant_id     bigint,
    CONSTRAINT left_personas_pkey PRIMARY KEY (organisation_id, import_id, persona_id, said_in)
);
CREATE INDEX left_personas_by_holder ON left_personas (organisation_id, holder_id);
CREATE INDEX left_personas_by_claimant ON left_personas (organisation_id, claimant_id);
