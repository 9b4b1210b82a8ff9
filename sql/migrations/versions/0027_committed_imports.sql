-- Runs that are committed, and of which nobody has said yet that they are finished, are few among very many.
CREATE INDEX committed_imports ON imports (organisation_id, id) WHERE state = 'committed';
