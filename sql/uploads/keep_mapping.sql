-- Keep a mapping, in the place of one of the same name.
INSERT INTO mappings (organisation_id, name, text, changed_by)
VALUES (:organisation, :name, :text, :changed_by)
ON CONFLICT (organisation_id, name) DO UPDATE
SET text = excluded.text, changed_by = excluded.changed_by, changed_at = now()
