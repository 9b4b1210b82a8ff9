-- Who is to go is without any persona then.
SELECT person_id, custom_id FROM deleted_people
