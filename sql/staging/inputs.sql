-- Where the lines of the files wait: what each line says, and every identifier that it claims. These tables are filled by
-- whoever reads; every other one is made by a query. said_in is where the line stands, as the history keeps it; since, from
-- when on the person is there, and has the identifier.
CREATE TEMP TABLE staged_lines (
    line               bigint   NOT NULL,
    file               smallint NOT NULL,
    line_number        bigint   NOT NULL,
    said_in            bigint   NOT NULL,
    custom_id          text COLLATE "C",
    near_custom_id     text COLLATE "C",
    previous_custom_id text COLLATE "C",
    former_custom_id   text COLLATE "C",
    name               text,
    image_url          text,
    since              timestamptz,
    created            timestamptz,
    names_groups       boolean  NOT NULL,
    clears_groups      boolean  NOT NULL,
    bad                boolean  NOT NULL,
    fingerprint_a      bigint,
    fingerprint_b      bigint
);

-- People whom this source gave by a line that is in none of the files as it was. (All others' lines say again what their
-- source said last: they change nothing, and are not here.)
-- filled before join
CREATE TEMP TABLE people_not_said_again (
    person_id bigint NOT NULL
);

-- The previous custom_ids that stand on lines which say nothing new.
-- filled before join
CREATE TEMP TABLE unchanged_renames (
    previous_custom_id text COLLATE "C" NOT NULL
);

CREATE TEMP TABLE staged_claims (
    line       bigint   NOT NULL,
    place      smallint NOT NULL,
    kind       ifi_kind NOT NULL,
    ifi        text COLLATE "C" NOT NULL,
    near       text COLLATE "C",
    as_written text,
    said_in    bigint   NOT NULL,
    since      timestamptz,
    agent_name text,
    created    timestamptz,
    object_type text
);

-- What was a line's person's for a time that has ended: from since (null: always) up to until. It is no claim, and names nobody.
CREATE TEMP TABLE staged_spells (
    line       bigint   NOT NULL,
    place      smallint NOT NULL,
    kind       ifi_kind NOT NULL,
    ifi        text COLLATE "C" NOT NULL,
    near       text COLLATE "C",
    as_written text,
    said_in    bigint   NOT NULL,
    since      timestamptz,
    until      timestamptz NOT NULL,
    agent_name text,
    created    timestamptz
);

-- Ids that are words for nothing (NULL, none): accounts, and custom_ids (place null).
CREATE TEMP TABLE staged_words (
    line  bigint NOT NULL,
    place smallint
);

-- What is wished of one person, by id (null: of somebody new, or of whom that adopts), and not said by a line of a file: the
-- line's personas, or memberships, are all that the person is to have, whoever gave them; the person is to be without a
-- custom_id.
CREATE TEMP TABLE wishes_of_one_person (
    line             bigint  NOT NULL,
    person_id        bigint,
    exactly_personas boolean NOT NULL,
    exactly_groups   boolean NOT NULL,
    loses_custom_id  boolean NOT NULL
);

-- Groups that the person of a wish is not to be in, whoever has put them there.
CREATE TEMP TABLE groups_wished_away (
    line            bigint NOT NULL,
    group_custom_id text COLLATE "C" NOT NULL
);

-- Which group a line puts its person into. definition: what the line says of the group, where it says more than its custom_id.
CREATE TEMP TABLE staged_memberships (
    line            bigint NOT NULL,
    group_custom_id text COLLATE "C" NOT NULL,
    definition      integer,
    said_in         bigint NOT NULL
);

-- Which line says which definition, where it has named the group already: what it says more of it.
CREATE TEMP TABLE staged_defining_lines (
    line       bigint  NOT NULL,
    definition integer NOT NULL
);

-- Definitions: what lines say of groups, each combination once, and the parents that they give them (definitions as well).
-- (Definitions of files of groups, and the groups above those, have numbers below 0; said_in: only theirs.)
-- filled before join, before groups
CREATE TEMP TABLE staged_definitions (
    definition integer NOT NULL,
    custom_id  text COLLATE "C" NOT NULL,
    name       text,
    type       text,
    said_in    bigint,
    created    timestamptz
);

-- filled before join, before groups
CREATE TEMP TABLE staged_definition_parents (
    definition integer NOT NULL,
    parent     integer NOT NULL
);

-- What lines of files of groups say, as those of people above.
CREATE TEMP TABLE staged_group_lines (
    line               bigint   NOT NULL,
    file               smallint NOT NULL,
    line_number        bigint   NOT NULL,
    said_in            bigint   NOT NULL,
    custom_id          text COLLATE "C",
    previous_custom_id text COLLATE "C",
    name               text,
    type               text,
    clears_parents     boolean  NOT NULL,
    fingerprint_a      bigint,
    fingerprint_b      bigint
);

-- Why lines about groups are rejected, and which groups these name: nothing is taken away from them.
-- filled before groups
CREATE TEMP TABLE group_rejects (
    line  bigint NOT NULL,
    code  text   NOT NULL,
    value text
);

-- filled before groups
CREATE TEMP TABLE groups_named_by_rejects (
    custom_id text COLLATE "C" NOT NULL
);

-- Which groups get another custom_id, and what this source gives as their previous ones.
-- filled before groups
CREATE TEMP TABLE group_renames (
    old     text COLLATE "C" NOT NULL,
    new     text COLLATE "C" NOT NULL,
    said_in bigint NOT NULL
);

-- filled before groups
CREATE TEMP TABLE previous_group_ids (
    custom_id          text COLLATE "C" NOT NULL,
    previous_custom_id text COLLATE "C" NOT NULL,
    said_in            bigint NOT NULL
);

-- Groups of whose parents a file of groups says <delete>.
-- filled before groups
CREATE TEMP TABLE groups_with_cleared_parents (
    custom_id text COLLATE "C" NOT NULL
);

-- Parents that a group is wished to have no more, whoever gave them.
CREATE TEMP TABLE parents_wished_away (
    group_custom_id  text COLLATE "C" NOT NULL,
    parent_custom_id text COLLATE "C" NOT NULL
);

-- The last line with each definition among those that were skipped as unchanged, or are plain newcomers' (said_in: only theirs).
-- filled before join, before groups
CREATE TEMP TABLE unchanged_definitions (
    definition integer NOT NULL,
    line       bigint  NOT NULL,
    said_in    bigint
);

-- Plain newcomers, whose lines went straight into the tables that last (jobs/importing/newcomers.py): how many they are, and
-- which groups they are in, with the first line that says so.
-- filled before join
CREATE TEMP TABLE plain_newcomer_counts (
    people      bigint NOT NULL,
    personas    bigint NOT NULL,
    memberships bigint NOT NULL
);

-- filled before join
CREATE TEMP TABLE groups_of_plain_newcomers (
    custom_id text COLLATE "C" NOT NULL,
    said_in   bigint NOT NULL
);

-- Newcomers who seemed to be plain, and whose lines share a key after all.
CREATE TEMP TABLE newcomers_taken_back (
    person_id bigint NOT NULL
);

-- Cells whose hash another line has too: a key that is perhaps shared (place null: the custom_id).
-- filled before join
CREATE TEMP TABLE perhaps_shared (
    line  bigint NOT NULL,
    place smallint
);

-- The components that the shared keys make, for every line that shares one.
-- filled after join
CREATE TEMP TABLE line_components (
    line      bigint NOT NULL,
    component bigint NOT NULL
);

-- Lines of a snapshot whose custom_id bears a sign of damage.
CREATE TEMP TABLE lines_with_damaged_ids (
    line bigint NOT NULL
);

-- What is wrong with the cells of bad lines.
CREATE TEMP TABLE staged_problems (
    line   bigint NOT NULL,
    place  smallint,
    code   text   NOT NULL,
    value  text,
    detail text
);

-- Who has left, as the source says by itself.
CREATE TEMP TABLE people_said_to_have_left (
    custom_id text COLLATE "C" NOT NULL
);
