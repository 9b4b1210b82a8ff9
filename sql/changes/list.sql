-- The list.
TABLE listed
