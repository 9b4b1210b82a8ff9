-- Where a chunk of statements waits. The last byte of a digest says whether the statement's time is its own (1) or
-- one that an LRS gave it (0); the bytes before are the digest of all the rest.
-- statistics (place)
CREATE TEMP TABLE staged_statements (
    place      integer  NOT NULL,
    id         uuid     NOT NULL,
    agent      integer,
    voids      uuid,
    activity   integer  NOT NULL,
    verb       text     NOT NULL,
    completion boolean,
    success    boolean,
    score      numeric,
    seconds    numeric,
    at         timestamptz,
    digest     bytea    NOT NULL
);

-- Each agent as it was written, once: several of them may have one IFI.
-- statistics (agent, ifi)
CREATE TEMP TABLE staged_agents (
    agent       integer  NOT NULL,
    kind        ifi_kind NOT NULL,
    ifi         text COLLATE "C" NOT NULL,
    near        text COLLATE "C",
    as_written  text,
    name        text,
    object_type text
);

CREATE TEMP TABLE staged_activities (
    activity integer NOT NULL,
    iri      text COLLATE "C" NOT NULL
);
