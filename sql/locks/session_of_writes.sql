-- From now on this session waits for a lock so long at most, and plans each query once: what it writes is looked up.
SELECT set_config('lock_timeout', :patience, false), set_config('plan_cache_mode', 'force_generic_plan', false)
