-- People come back under their ids.
SELECT person_id AS id, custom_id, near_custom_id, former_custom_id, lost_at, name, image_url, created_at FROM clear_people WHERE how = 'insert'
