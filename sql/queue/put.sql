-- A job more, in procrastinate's own words.
SELECT procrastinate_defer_jobs_v1(ARRAY[
    CAST(ROW(:queue, :task, :priority, :turn, NULL, CAST(:numbers AS jsonb), NULL) AS procrastinate_job_to_defer_v1)]) AS ids
