-- Then they get the new one. Every step after this one sees them changed.
SELECT group_id AS id, new AS custom_id, said_in FROM renamed_groups
