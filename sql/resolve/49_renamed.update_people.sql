-- Then they get the new one. Every step after this one sees them changed. (Who is renamed has no former id: that was a
-- rename too.)
SELECT
    person_id AS id, new AS custom_id, near_custom_id, CAST(NULL AS text) AS former_custom_id,
    CAST(NULL AS timestamptz) AS lost_at, said_in
FROM renamed_people
