-- Where tables and functions are looked for from now on; gives where it was before.
SELECT current_setting('search_path') AS before, set_config('search_path', :path, true) AS now
