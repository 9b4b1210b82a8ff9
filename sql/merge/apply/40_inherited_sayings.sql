-- What sources have given of them: of whose custom_id stays first, then of who stays, then of the others.
WITH found AS (
    SELECT DISTINCT ON (m.into_id, s.source_id)
        m.into_id AS person_id, s.source_id, m.person_id AS from_id, s.name, s.image_url, s.previous_custom_id
    FROM merging_people AS m
    JOIN source_people AS s ON s.organisation_id = :organisation AND s.person_id = m.person_id
    ORDER BY m.into_id, s.source_id, m.keeps DESC, m.nth
)
SELECT f.person_id, f.source_id, f.name, f.image_url, f.previous_custom_id, s.person_id IS NOT NULL AS known
FROM found AS f
LEFT JOIN source_people AS s
    ON s.organisation_id = :organisation AND s.person_id = f.person_id AND s.source_id = f.source_id
WHERE f.from_id <> f.person_id
  AND (s.person_id IS NULL
       OR (f.name, f.image_url, f.previous_custom_id) IS DISTINCT FROM (s.name, s.image_url, s.previous_custom_id))
