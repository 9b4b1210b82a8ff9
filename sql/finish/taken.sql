-- How many subjects this transaction took.
SELECT count(*) AS subjects FROM subjects
