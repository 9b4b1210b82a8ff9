-- What a source said last that a group's customId was before, and that has been carried out: the same line again renames
-- nothing, whoever has the previous one by then.
CREATE TABLE source_groups (
    organisation_id    integer NOT NULL,
    source_id          integer NOT NULL,
    group_id           bigint  NOT NULL,
    previous_custom_id text    NOT NULL COLLATE "C",
    changed_by         bigint,
    said_at            bigint,
    CONSTRAINT source_groups_pkey PRIMARY KEY (organisation_id, group_id, source_id),
    CONSTRAINT source_spoke_of_a_group FOREIGN KEY (organisation_id, group_id) REFERENCES groups,
    CONSTRAINT group_was_named_by_a_source FOREIGN KEY (organisation_id, source_id) REFERENCES sources
);

CREATE TABLE group_saying_versions (
    organisation_id    integer NOT NULL,
    source_id          integer NOT NULL,
    group_id           bigint  NOT NULL,
    previous_custom_id text    NOT NULL COLLATE "C",
    changed_by         bigint,
    said_at            bigint,
    replaced_by        bigint  NOT NULL,
    CONSTRAINT group_saying_versions_pkey PRIMARY KEY (organisation_id, replaced_by, group_id, source_id)
);
CREATE INDEX versions_of_a_group_saying ON group_saying_versions (organisation_id, group_id, source_id);
CREATE INDEX group_saying_versions_by_change ON group_saying_versions (organisation_id, changed_by);

CREATE VIEW group_saying_states AS
SELECT organisation_id, source_id, group_id, previous_custom_id, changed_by, said_at, CAST(NULL AS bigint) AS replaced_by
FROM source_groups
UNION ALL
SELECT organisation_id, source_id, group_id, previous_custom_id, changed_by, said_at, replaced_by
FROM group_saying_versions;

CREATE VIEW group_saying_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.group_id, b.source_id, b AS before, a AS after
FROM group_saying_states AS b
LEFT JOIN group_saying_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.group_id = b.group_id AND a.source_id = b.source_id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.group_id, a.source_id, CAST(NULL AS group_saying_states), a
FROM group_saying_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM group_saying_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.group_id = b.group_id AND a.source_id = b.source_id);
