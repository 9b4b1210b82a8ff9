-- Of others.
SELECT group_id, :source AS source_id, previous_custom_id, said_in FROM given_groups WHERE NOT known
