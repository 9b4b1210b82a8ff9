-- An id for each person that is made for a persona which the import made and statements refer to by now.
SELECT count(*) FROM clear_personas WHERE how = 'release'
