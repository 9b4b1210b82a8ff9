-- Who stays is as they are to be, now that nobody else has their custom_id.
SELECT id, custom_id, near_custom_id, former_custom_id, lost_at, name, image_url FROM grown_people
