-- Make a type of groups, which there is not yet.
INSERT INTO group_types (organisation_id, id, name) VALUES (:organisation, :id, :name)
