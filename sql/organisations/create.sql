-- Make an organisation unless somebody else just has.
INSERT INTO organisations (name, fold_mailbox_case) VALUES (:name, :fold_mailbox_case)
ON CONFLICT (name) DO NOTHING
