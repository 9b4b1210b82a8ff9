"""Files that are sent to be imported: kept in the database, and imported by whoever works, one after the other."""
