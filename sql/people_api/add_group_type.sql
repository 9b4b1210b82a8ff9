-- Make a type of groups, which there is not yet.
INSERT INTO group_types (organisation_id, id, name, changed_by) VALUES (:organisation, :id, :name, :import)
