-- Of groups of which it has spoken.
SELECT group_id, :source AS source_id, previous_custom_id, said_in FROM group_ids_given_anew WHERE known
