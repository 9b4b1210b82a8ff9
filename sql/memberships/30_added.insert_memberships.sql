-- Who is in a group now, by the word of this source.
SELECT person_id, group_id, :source AS source_id, said_in FROM added_memberships
