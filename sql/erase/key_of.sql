-- The random key of the organisation.
SELECT key FROM erasure_keys WHERE organisation_id = :organisation
