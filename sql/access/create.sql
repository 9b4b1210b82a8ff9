-- Make a credential; none, where one of this name may still be used. What is kept of its secret is its SHA-256.
INSERT INTO credentials (organisation_id, key, name, secret, scopes, made_by)
VALUES (:organisation, :key, :name, :secret, :scopes, :made_by)
ON CONFLICT (organisation_id, name) WHERE revoked_at IS NULL DO NOTHING
