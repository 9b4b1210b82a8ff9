-- Everybody whom anything has happened to. (A line is only skipped as unchanged while every persona that it claims is its
-- person's: these people's lines are all that may mean something else now.)
SELECT from_id AS person_id FROM hands WHERE from_id IS NOT NULL
UNION SELECT to_id FROM hands
UNION SELECT person_id FROM repinned WHERE person_id IS NOT NULL
