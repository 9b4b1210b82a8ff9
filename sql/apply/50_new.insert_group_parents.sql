-- They are parents by the word of this source.
SELECT group_id, parent_id, :source AS source_id, said_at FROM new_parents
