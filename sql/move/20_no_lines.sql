-- No line stands behind what is done by hand: what an import's lines would give and claim is empty.
CREATE TEMP TABLE given (
    person_id bigint,
    how       text
) ON COMMIT DROP;

CREATE TEMP TABLE targets (
    component bigint,
    person_id bigint
) ON COMMIT DROP;

CREATE TEMP TABLE claims (
    component  bigint,
    line       bigint,
    place      smallint,
    kind       ifi_kind,
    ifi        text COLLATE "C",
    near       text COLLATE "C",
    as_written text,
    said_at    bigint,
    persona_id bigint
) ON COMMIT DROP;
