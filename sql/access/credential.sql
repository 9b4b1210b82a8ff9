-- A credential that may be used, by its key, which begins with the organisation's id.
SELECT c.name, c.secret, c.scopes, o.name AS organisation, o.fold_mailbox_case
FROM credentials AS c
JOIN organisations AS o ON o.id = c.organisation_id
WHERE c.organisation_id = :organisation AND c.key = :key AND c.revoked_at IS NULL
