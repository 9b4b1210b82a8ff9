-- The prints of lines that say the same in other words.
SELECT person_id, :source AS source_id, print_a, print_b FROM given_anew WHERE known AND NOT says_more
