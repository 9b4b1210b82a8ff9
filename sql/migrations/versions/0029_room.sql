-- Room in the pages: where a name changes, or a fingerprint, the row's next state stands in the page of the one before, and no
-- index gets an entry. A night changes a few in a hundred. (What is there already stays as it stands.)
ALTER TABLE people SET (fillfactor = 95);
ALTER TABLE source_people SET (fillfactor = 92);
