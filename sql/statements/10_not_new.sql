-- The statements that are neither new nor left out: known (the id is here with the same content), or in conflict (with
-- other). Of several in the chunk with one new id the first counts. Times differ from a millisecond on (xAPI Data 4.5), and
-- only where both are the statements' own. (What is here stands before the first place. It is looked up all at once, in the order of the key.)
SELECT
    place,
    CASE
        WHEN substr(digest, 1, 16) = substr(first_digest, 1, 16)
             AND (get_byte(digest, 16) = 0 OR get_byte(first_digest, 16) = 0
                  OR abs(extract(epoch FROM at - first_at)) < 0.001) THEN 'known'
        ELSE 'conflict'
    END AS fate
FROM (
    SELECT
        place, digest, at, first_value(place) OVER of_one_id AS first_place,
        first_value(digest) OVER of_one_id AS first_digest, first_value(at) OVER of_one_id AS first_at
    FROM (
        SELECT -1 AS place, id, digest, at
        FROM statements
        WHERE organisation_id = :organisation AND id = ANY (ARRAY (SELECT id FROM staged_statements))
        UNION ALL
        SELECT place, id, digest, at
        FROM staged_statements AS s
        WHERE NOT EXISTS (SELECT FROM left_out AS x WHERE x.place = s.place)
    ) AS all_of_them
    WINDOW of_one_id AS (PARTITION BY id ORDER BY place)
) AS s
WHERE place > first_place
