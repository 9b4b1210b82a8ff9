-- Make room for the next level's.
DROP TABLE subjects
