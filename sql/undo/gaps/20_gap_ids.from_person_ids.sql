-- An id for the person of each gap.
SELECT count(*) FROM gaps
