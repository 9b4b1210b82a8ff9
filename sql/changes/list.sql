-- The list of all changes, in its order.
TABLE listed
