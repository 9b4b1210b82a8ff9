-- What another system calls the records that lines are made of: which kind of record (a persona there is a person here), by which
-- custom_id and which identifier it is known here (of an identifier its own, else the first of the line); said_in: of the line.
CREATE TEMP TABLE staged_other_ids (
    line      bigint NOT NULL,
    record    text COLLATE "C" NOT NULL,
    other_id  text COLLATE "C" NOT NULL,
    custom_id text COLLATE "C",
    ifi       text COLLATE "C",
    said_in   bigint NOT NULL
);
