-- New statements that this chunk voids, or that were voided before they came. A voiding statement is no interaction and
-- cannot be voided (xAPI Data 2.3.2).
SELECT n.id
FROM new_statements AS n
WHERE n.voids IS NULL
  AND (EXISTS (SELECT FROM statements AS v WHERE v.organisation_id = :organisation AND v.voids = n.id)
       OR EXISTS (SELECT FROM new_statements AS v WHERE v.voids = n.id))
