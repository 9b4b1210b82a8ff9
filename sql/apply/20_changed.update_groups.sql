-- They are called so from now on.
SELECT id, name, type, said_at FROM changed_groups
