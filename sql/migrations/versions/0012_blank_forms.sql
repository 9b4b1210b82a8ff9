-- What looks the same and is not: ids that differ from another one by nothing but what is blank, or by how an address is
-- written. They were there before fewer characters counted; nobody is merged.
CREATE TABLE look_alikes (
    organisation_id integer NOT NULL,
    subject         text    NOT NULL,
    id              bigint  NOT NULL,
    stored          text    NOT NULL COLLATE "C",
    form            text    NOT NULL COLLATE "C",
    CONSTRAINT look_alikes_pkey PRIMARY KEY (organisation_id, subject, id),
    CONSTRAINT look_alike_subject_is_known CHECK (subject IN ('persona', 'person', 'group')),
    CONSTRAINT look_alike_is_of_an_organisation FOREIGN KEY (organisation_id) REFERENCES organisations
);
