-- Files that wait, and what is to be taken back: they are counted for each file that comes, and most have ended long ago.
CREATE INDEX open_uploads ON uploads (organisation_id, undoes) WHERE ended_at IS NULL;
