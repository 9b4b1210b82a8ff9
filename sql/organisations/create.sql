-- Make an organisation, with a new id where none is given, unless somebody else just has.
INSERT INTO organisations (id, name, fold_mailbox_case)
VALUES (coalesce(CAST(:id AS integer), nextval('organisation_ids')), :name, :fold_mailbox_case)
ON CONFLICT (name) DO NOTHING
