-- What is kept of those who were erased.
INSERT INTO erased_ids (organisation_id, hash, erased_by)
SELECT :organisation, h.hash, :import FROM unnest(CAST(:hashes AS bytea[])) AS h (hash)
ON CONFLICT (organisation_id, hash) DO NOTHING
