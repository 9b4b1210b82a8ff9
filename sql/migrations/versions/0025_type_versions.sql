-- What runs do to types of groups can be told and taken back, as with all that has a history.
ALTER TABLE group_types ADD COLUMN changed_by bigint;
ALTER TABLE group_types ADD COLUMN said_in bigint;

CREATE TABLE group_type_versions (
    organisation_id integer     NOT NULL,
    id              bigint      NOT NULL,
    name            text        NOT NULL COLLATE "C",
    created_at      timestamptz NOT NULL,
    changed_by      bigint,
    said_in         bigint,
    replaced_by     bigint      NOT NULL,
    CONSTRAINT group_type_versions_pkey PRIMARY KEY (organisation_id, replaced_by, id)
);
CREATE INDEX versions_of_a_group_type ON group_type_versions (organisation_id, id);

CREATE VIEW group_type_states AS
SELECT organisation_id, id, name, created_at, changed_by, said_in, CAST(NULL AS bigint) AS replaced_by
FROM group_types
UNION ALL
SELECT organisation_id, id, name, created_at, changed_by, said_in, replaced_by
FROM group_type_versions;

CREATE VIEW group_type_changes AS
SELECT b.organisation_id, b.replaced_by AS import_id, b.id, b AS before, a AS after, false AS as_made
FROM group_type_states AS b
LEFT JOIN group_type_states AS a
    ON a.organisation_id = b.organisation_id AND a.changed_by = b.replaced_by
    AND a.id = b.id
WHERE b.replaced_by IS NOT NULL
UNION ALL
SELECT a.organisation_id, a.changed_by, a.id, CAST(NULL AS group_type_states), a, a.replaced_by IS NULL
FROM group_type_states AS a
WHERE a.changed_by IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM group_type_versions AS b
    WHERE b.organisation_id = a.organisation_id AND b.replaced_by = a.changed_by
      AND a.id = b.id);
