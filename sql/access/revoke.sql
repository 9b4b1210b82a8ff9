-- From now on a credential cannot be used; by its name, or its key.
UPDATE credentials SET revoked_at = now()
WHERE organisation_id = :organisation AND revoked_at IS NULL AND :credential IN (name, key)
RETURNING key, name, revoked_at
