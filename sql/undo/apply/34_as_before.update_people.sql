-- or are again what they were.
SELECT person_id AS id, custom_id, name, image_url FROM clear_people WHERE how = 'update'
