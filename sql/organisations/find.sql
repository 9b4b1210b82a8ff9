-- An organisation by its name.
SELECT id, name, fold_mailbox_case FROM organisations WHERE name = :name
