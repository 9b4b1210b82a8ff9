-- People whose custom_ids, or former ones, one would take for each other.
SELECT
    a.id AS person_id, b.id AS other_id, 'nearly one custom_id' AS kind,
    coalesce(a.custom_id, a.former_custom_id) || ' and ' || coalesce(b.custom_id, b.former_custom_id) AS value, 0.7 AS weight
FROM (
    SELECT near_custom_id
    FROM people
    WHERE organisation_id = :organisation AND near_custom_id IS NOT NULL
    GROUP BY near_custom_id
    HAVING count(*) BETWEEN 2 AND :most
) AS k
JOIN people AS a ON a.organisation_id = :organisation AND a.near_custom_id = k.near_custom_id
JOIN people AS b ON b.organisation_id = :organisation AND b.near_custom_id = k.near_custom_id AND b.id > a.id
