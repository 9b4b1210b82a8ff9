-- The prints of lines that say the same of people in other words.
SELECT person_id, :source AS source_id, fingerprint_a, fingerprint_b FROM given_anew WHERE known AND NOT says_more
