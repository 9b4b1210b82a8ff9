-- From now on a lock is waited for so long at most; gives what it was before.
SELECT current_setting('lock_timeout') AS before, set_config('lock_timeout', :patience, true) AS now
