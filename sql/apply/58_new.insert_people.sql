-- New people are made.
SELECT
    person_id AS id, custom_id, near_custom_id, nullif(name, '') AS name, nullif(image_url, '') AS image_url, said_in
FROM given
WHERE how = 'new'
