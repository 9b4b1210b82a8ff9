-- Which lines were rejected last: of no fingerprint can be told whose line it is of, so none is kept.
SELECT DISTINCT r.source_id FROM source_rejects AS r WHERE r.organisation_id = :organisation
