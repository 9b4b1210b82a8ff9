-- People of whom this source speaks for the first time. (Last: a table that grows many times over in a transaction is no
-- longer what its statistics say, and must not be joined any more.)
SELECT person_id, :source AS source_id, name, image_url, previous_custom_id, fingerprint_a, fingerprint_b, said_in
FROM given_anew
WHERE NOT known
