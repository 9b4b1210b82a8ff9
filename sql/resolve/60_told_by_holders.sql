-- The components that are of the one person with a custom_id who holds their personas (custom_id null: it is a former one).
SELECT component, custom_id, person_id FROM ids_from_holders WHERE NOT ambiguous
