-- New parents are parents by the word of this source.
SELECT group_id, parent_id, :source AS source_id, said_in FROM new_parents
