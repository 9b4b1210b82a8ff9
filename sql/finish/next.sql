-- The newest mark of a kind, up to one of them if that is said, and whether there are very many; null where there is none.
SELECT max(p.id) AS newest, count(*) >= :many AS very_many
FROM pending AS p
WHERE p.organisation_id = :organisation AND p.subject = :subject
  AND (CAST(:newest AS bigint) IS NULL OR p.id <= CAST(:newest AS bigint))
