-- Whoever asks what became of a run waits so long, and no longer, for a commit that is under way.
SELECT set_config('lock_timeout', '5s', true)
