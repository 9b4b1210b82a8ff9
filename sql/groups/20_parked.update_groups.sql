-- All at once, so that ids can be swapped and passed on: first all have one that nobody else can have (no custom_id has a
-- control character), for no two may have one at any moment.
SELECT group_id AS id, chr(1) || group_id AS custom_id, said_in FROM renamed_groups
