-- Everybody concerned, first of each who stays; and whose custom_id stays, which was asked for, or is the only one. Where
-- nobody has one, it is the former id that was lost last.
SELECT
    m.person_id, m.into_id, m.nth, p.custom_id, p.near_custom_id, p.former_custom_id, p.lost_at, p.name, p.image_url,
    row_number() OVER (
        PARTITION BY m.into_id
        ORDER BY p.id = ANY (CAST(:keepers AS bigint[])) DESC, p.custom_id IS NOT NULL DESC, p.lost_at DESC NULLS LAST, m.nth
    ) = 1 AS keeps
FROM (
    SELECT person_id, into_id, nth FROM merged_people
    UNION ALL
    SELECT DISTINCT into_id, into_id, CAST(0 AS bigint) FROM merged_people
) AS m
JOIN people AS p ON p.organisation_id = :organisation AND p.id = m.person_id
