-- What sources said of people is again what it was.
SELECT person_id, source_id, name, image_url, previous_custom_id FROM undone_sayings WHERE how = 'update'
