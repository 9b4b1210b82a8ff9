-- The credentials of an organisation, those that may be used first, the newest first.
SELECT key, name, scopes, made_at, made_by, revoked_at
FROM credentials
WHERE organisation_id = :organisation
ORDER BY revoked_at IS NOT NULL, made_at DESC, key
