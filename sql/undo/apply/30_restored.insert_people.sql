-- People come back under their ids,
SELECT person_id AS id, custom_id, name, image_url, created_at FROM clear_people WHERE how = 'insert'
