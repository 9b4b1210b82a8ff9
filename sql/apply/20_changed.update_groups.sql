-- Groups get the names and types that lines give.
SELECT id, name, type, said_in FROM changed_groups
