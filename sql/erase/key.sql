-- The random key of the organisation, made with its first erasure.
INSERT INTO erasure_keys (organisation_id, key)
VALUES (:organisation, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
ON CONFLICT (organisation_id) DO NOTHING
