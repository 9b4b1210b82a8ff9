-- The previous custom_ids of groups of which this source has spoken.
SELECT group_id, :source AS source_id, previous_custom_id, said_in FROM group_ids_given_anew WHERE known
