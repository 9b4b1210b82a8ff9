-- People are again what they were.
SELECT person_id AS id, custom_id, near_custom_id, former_custom_id, lost_at, name, image_url FROM clear_people WHERE how = 'update'
