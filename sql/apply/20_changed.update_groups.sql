-- They are called so from now on.
SELECT id, name, type, said_in FROM changed_groups
