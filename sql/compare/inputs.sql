-- The statements of the other system; ifi: of whom it is, null of an anonymous Group. digest, and at: as of staged_statements.
CREATE TEMP TABLE said_there (
    id     uuid  NOT NULL,
    ifi    text COLLATE "C",
    at     timestamptz,
    digest bytea NOT NULL
);

-- What of the other system cannot be read: the id of a statement that has one, where it is there, and why.
CREATE TEMP TABLE unreadable_there (
    id     text COLLATE "C",
    record text NOT NULL,
    why    text NOT NULL
);
