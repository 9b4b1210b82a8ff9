-- The sources that have not given who stays give them now.
SELECT person_id, source_id, name, image_url, previous_custom_id FROM inherited_sayings WHERE NOT known
