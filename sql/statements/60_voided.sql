-- New statements that this chunk voids, or that were voided before they came. A voiding statement is no interaction and
-- cannot be voided (xAPI Data 2.3.2). (Voiding statements are looked up among those alone, not among all.)
SELECT n.id
FROM new_statements AS n
JOIN statements AS v ON v.organisation_id = :organisation AND v.voids = n.id AND v.voids IS NOT NULL
WHERE n.voids IS NULL
UNION
SELECT n.id
FROM new_statements AS n
JOIN new_statements AS v ON v.voids = n.id
WHERE n.voids IS NULL
