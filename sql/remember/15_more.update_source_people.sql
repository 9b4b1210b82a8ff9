-- What it says more of people of whom it has spoken.
SELECT person_id, :source AS source_id, name, image_url, previous_custom_id, print_a, print_b, said_at
FROM given_anew
WHERE known AND says_more
