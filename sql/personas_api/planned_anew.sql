-- For the rest of the transaction each query is planned for the values that it is asked with: one plan for all filters, sorts and
-- places would look at all records, whatever was asked for.
SELECT set_config('plan_cache_mode', 'force_custom_plan', true)
