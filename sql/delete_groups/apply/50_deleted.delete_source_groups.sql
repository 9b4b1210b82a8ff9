-- What sources said of them goes.
SELECT group_id FROM deleted_groups
