-- The list, or the page that was asked for, in an order that the same changes always have, with the interactions that go along with a
-- persona, or stay with it, as of now: those since it is whose it is, or of that time. counts: whether it is a change.
SELECT
    (CAST(:files AS text[]))[1 + CAST(c.said_in >> :line_bits AS integer)] AS file,
    CASE WHEN CAST(:tells_lines AS boolean) THEN c.said_in & ((CAST(1 AS bigint) << :line_bits) - 1) END AS line,
    c.action, c.person, c.persona, c.group_label AS "group", c.from_label AS "from", c.to_label AS "to",
    c.field, c.old, c.new,
    CASE WHEN c.persona_id IS NOT NULL THEN (
        SELECT count(*)
        FROM statements AS s
        WHERE s.organisation_id = :organisation AND s.persona_id = c.persona_id AND s.voids IS NULL
          AND s.at >= c.begins_at AND s.at < c.ends_at
          AND NOT EXISTS (SELECT FROM statements AS v WHERE v.organisation_id = :organisation AND v.voids = s.id)
    ) END AS interactions,
    c.action <> 'leave' AS counts
FROM changes AS c
ORDER BY
    c.said_in NULLS LAST, c.action, c.person NULLS FIRST, c.persona NULLS FIRST, c.group_label NULLS FIRST,
    c.field, c.from_label, c.to_label, c.old, c.new
LIMIT CAST(:limit AS bigint) OFFSET CAST(:offset AS bigint)
