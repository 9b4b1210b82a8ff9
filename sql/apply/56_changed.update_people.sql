-- People who were there are changed first, then new people come: a table that has grown many times over is no longer what
-- its statistics say.
SELECT id, custom_id, near_custom_id, former_custom_id, lost_at, name, image_url, said_in FROM changed_people
