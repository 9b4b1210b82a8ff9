-- Lines that share a key with another line, each with its component (the component's first line); every other line
-- is a component by itself and appears nowhere here.
ANALYZE staged_lines;
ANALYZE staged_claims;
ANALYZE staged_memberships;
ANALYZE labels;
ANALYZE unchanged_lines;

CREATE TEMP TABLE joined ON COMMIT DROP AS
SELECT j.line, j.component, l.custom_id, l.bad
FROM labels AS j
JOIN staged_lines AS l USING (line);
ANALYZE joined;
ANALYZE shared_claims;

-- Why lines are rejected: one row a rejected line. others are lines that the message names, detail what else it says.
CREATE TEMP TABLE rejects (
    line   bigint NOT NULL,
    code   text   NOT NULL,
    place  smallint,
    value  text,
    detail text,
    others bigint[] NOT NULL DEFAULT '{}',
    more   bigint NOT NULL DEFAULT 0
) ON COMMIT DROP;

-- Claims that lose: rule 3 or 5 of what a batch means, or a repetition within one person's lines.
CREATE TEMP TABLE passed_over (
    line  bigint   NOT NULL,
    place smallint NOT NULL,
    ifi   text COLLATE "C" NOT NULL,
    why   text     NOT NULL
) ON COMMIT DROP;
