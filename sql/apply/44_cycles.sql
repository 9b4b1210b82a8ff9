-- The added parents that go round: each whose two groups are one another's ancestors. (Of lines about groups there is none.)
-- Groups are parted, again and again, by which of a few of their part are above them, and which below. Groups that go
-- round together stay together, and are a knot as soon as one of them is among the few. Those are drawn (by a hash, so
-- that they are always the same), and are twice as many each time: all is parted in a few rounds, and in each a group is
-- come by a few times, whatever the ways. Following each way until it is back would be the square of a long way round.
WITH RECURSIVE
above AS MATERIALIZED (
    SELECT jsonb_object_agg(w.group_id, w.groups) AS of
    FROM (SELECT group_id, jsonb_agg(parent_id) AS groups FROM endless_ways GROUP BY group_id) AS w
),
below AS MATERIALIZED (
    SELECT jsonb_object_agg(w.group_id, w.groups) AS of
    FROM (SELECT parent_id AS group_id, jsonb_agg(group_id) AS groups FROM endless_ways GROUP BY parent_id) AS w
),
parted (round, group_id, part, is_knot) AS (
    SELECT 0, CAST(group_id AS text), '', false FROM endless_ways GROUP BY group_id
    UNION ALL
    SELECT p.round, p.group_id, p.part, p.is_knot
    FROM (
        WITH RECURSIVE
        rest AS MATERIALIZED (SELECT round, group_id, part FROM parted WHERE NOT is_knot),
        parts AS MATERIALIZED (SELECT jsonb_object_agg(group_id, part) AS of FROM rest),
        walked (start, part, goes_up, group_id) AS (
            SELECT r.group_id, r.part, w.goes_up, r.group_id
            FROM (SELECT round, group_id, part, row_number() OVER (ORDER BY md5(group_id)) AS nth FROM rest) AS r
            CROSS JOIN (VALUES (true), (false)) AS w (goes_up)
            WHERE r.nth <= 2 ^ r.round
            UNION
            SELECT w.start, w.part, w.goes_up, n.group_id
            FROM walked AS w
            CROSS JOIN LATERAL jsonb_array_elements_text(
                CASE WHEN w.goes_up THEN (SELECT of FROM above) ELSE (SELECT of FROM below) END -> w.group_id
            ) AS n (group_id)
            WHERE (SELECT of FROM parts) ->> n.group_id = w.part
        ),
        met AS (
            SELECT start, part, group_id, bool_or(goes_up) AS is_above, bool_or(NOT goes_up) AS is_below
            FROM walked
            GROUP BY start, part, group_id
            UNION ALL
            SELECT NULL, part, group_id, false, false FROM rest
        )
        SELECT
            (SELECT max(round) + 1 FROM rest) AS round, group_id,
            md5(concat(part, string_agg(concat(start, is_above, is_below), ' ' ORDER BY start))) AS part,
            bool_or(is_above AND is_below) AS is_knot
        FROM met
        GROUP BY group_id, part
    ) AS p
)
SELECT a.group_id, a.parent_id
FROM added_parents AS a
JOIN parted AS c ON c.is_knot AND c.group_id = CAST(a.group_id AS text)
JOIN parted AS p ON p.is_knot AND p.group_id = CAST(a.parent_id AS text) AND p.part = c.part
WHERE NOT a.from_file
