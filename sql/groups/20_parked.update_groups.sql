-- The groups whose custom_id changes first get one that nobody else can have (no custom_id has a control character): so ids
-- can be swapped and passed on, for no two may have one at any moment.
SELECT group_id AS id, chr(1) || group_id AS custom_id, said_in FROM renamed_groups
