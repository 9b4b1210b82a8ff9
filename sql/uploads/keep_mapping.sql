-- Keep a mapping, in the place of one of the same name.
INSERT INTO mappings (organisation_id, name, text, put_by)
VALUES (:organisation, :name, :text, :put_by)
ON CONFLICT (organisation_id, name) DO UPDATE
SET text = excluded.text, put_by = excluded.put_by, put_at = now()
