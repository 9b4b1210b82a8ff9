-- What this source says more of people of whom it has spoken.
SELECT person_id, :source AS source_id, name, image_url, previous_custom_id, fingerprint_a, fingerprint_b, said_in
FROM given_anew
WHERE known AND says_more
