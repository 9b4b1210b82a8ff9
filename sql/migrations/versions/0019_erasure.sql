-- What is kept of people who were erased: a SHA-256 of each of their identifiers and custom_ids, over a random key of the
-- organisation before it, so that no feed brings them back. Without the key the hashes tell nothing, not even to whoever
-- tries all addresses; and from a dump without these two tables nobody learns who is missing.
CREATE TABLE erasure_keys (
    organisation_id integer NOT NULL,
    key             bytea   NOT NULL,
    CONSTRAINT erasure_keys_pkey PRIMARY KEY (organisation_id),
    CONSTRAINT erasure_key_is_of_an_organisation FOREIGN KEY (organisation_id) REFERENCES organisations
);

-- erased_by: the erasure, by its number in the history.
CREATE TABLE erased_ids (
    organisation_id integer NOT NULL,
    hash            bytea   NOT NULL,
    erased_by       bigint  NOT NULL,
    CONSTRAINT erased_ids_pkey PRIMARY KEY (organisation_id, hash),
    CONSTRAINT erased_id_is_of_an_organisation FOREIGN KEY (organisation_id) REFERENCES organisations
);
