-- Of a source that has given both, the word on whose custom_id stays counts.
SELECT person_id, source_id, name, image_url, previous_custom_id FROM inherited_sayings WHERE known
