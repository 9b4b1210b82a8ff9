-- Who is in a group now.
SELECT person_id, group_id, :source AS source_id, said_at FROM added
