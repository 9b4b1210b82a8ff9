-- Who is in a group now.
SELECT person_id, group_id, :source AS source_id, said_in FROM added_memberships
