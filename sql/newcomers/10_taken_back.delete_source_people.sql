-- Plain newcomers whose lines share a key after all are taken back: what the source said of them goes.
SELECT person_id, :source AS source_id FROM newcomers_taken_back
