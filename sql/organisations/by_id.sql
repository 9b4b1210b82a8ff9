-- The organisation with an id.
SELECT id, name, fold_mailbox_case FROM organisations WHERE id = :organisation
