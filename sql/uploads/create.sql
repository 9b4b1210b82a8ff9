-- Something to be done: a file to be imported, or an upload to be taken back.
INSERT INTO uploads (organisation_id, undoes, sent_by, file, size, mapping_name, mapping, options, notify)
VALUES (:organisation, CAST(:undoes AS bigint), :sent_by, CAST(:file AS text), CAST(:size AS bigint),
        CAST(:mapping_name AS text), CAST(:mapping AS text), CAST(:options AS jsonb), CAST(:notify AS text))
RETURNING id
