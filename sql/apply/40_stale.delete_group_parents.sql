-- Stale parents are no parents any more, by the word of this source.
SELECT group_id, parent_id, source_id FROM stale_parents
