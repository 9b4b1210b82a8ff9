-- The key of the organisation, and the hashes of those who were erased.
SELECT k.key, e.hash
FROM erasure_keys AS k
JOIN erased_ids AS e ON e.organisation_id = :organisation
WHERE k.organisation_id = :organisation
