-- Of others.
SELECT group_id, :source AS source_id, previous_custom_id, said_in FROM group_ids_given_anew WHERE NOT known
