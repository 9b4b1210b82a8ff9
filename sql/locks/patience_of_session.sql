-- From now on this session waits for a lock so long at most.
SELECT set_config('lock_timeout', :patience, false)
