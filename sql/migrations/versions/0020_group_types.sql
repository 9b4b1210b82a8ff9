-- The types that groups have, or may have: a group names its own. A type that is new comes with the first group that is
-- given it, or before, over HTTP; it stays when no group is of it any more.
CREATE SEQUENCE group_type_ids;
CREATE TABLE group_types (
    organisation_id integer     NOT NULL,
    id              bigint      NOT NULL,
    name            text        COLLATE "C" NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT group_types_pkey PRIMARY KEY (organisation_id, id),
    CONSTRAINT name_names_one_group_type UNIQUE (organisation_id, name),
    CONSTRAINT group_type_belongs_to_an_organisation FOREIGN KEY (organisation_id) REFERENCES organisations
);
INSERT INTO group_types (organisation_id, id, name)
SELECT organisation_id, nextval('group_type_ids'), type
FROM (SELECT DISTINCT organisation_id, type FROM groups WHERE type IS NOT NULL ORDER BY organisation_id, type) AS known;
