-- A group has a parent, like a person a membership, because a source says so. (No command has made one so far.)
ALTER TABLE group_parents
    ADD COLUMN source_id integer NOT NULL,
    ADD COLUMN changed_by bigint;
ALTER TABLE group_parents DROP CONSTRAINT group_parents_pkey;
ALTER TABLE group_parents ADD CONSTRAINT group_parents_pkey
    PRIMARY KEY (organisation_id, group_id, parent_id, source_id);
ALTER TABLE group_parents ADD CONSTRAINT parent_is_given_by_a_source
    FOREIGN KEY (organisation_id, source_id) REFERENCES sources;

-- Which lines an import of a source rejected, by the prints of their cells, and why; kept for its last import only.
CREATE TABLE source_rejects (
    organisation_id integer NOT NULL,
    source_id       integer NOT NULL,
    import_id       bigint  NOT NULL,
    print_a         bigint  NOT NULL,
    print_b         bigint  NOT NULL,
    code            text    NOT NULL,
    CONSTRAINT source_rejects_pkey PRIMARY KEY (organisation_id, source_id, import_id, print_a, print_b, code),
    CONSTRAINT reject_is_of_a_source FOREIGN KEY (organisation_id, source_id) REFERENCES sources
);
