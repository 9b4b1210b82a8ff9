-- Whether anything is pending on a level of what has been marked up to `newest`, and whether it is very much; no row where nothing is.
SELECT
    (SELECT count(*)
     FROM (SELECT FROM pending
           WHERE organisation_id = :organisation AND subject = :subject
           LIMIT :many) AS p) >= :many AS very_many
WHERE EXISTS (SELECT FROM pending
              WHERE organisation_id = :organisation AND subject = :subject AND id <= :newest)
