-- Nothing is above or below them any more.
SELECT group_id, parent_id, source_id FROM lost_parents
