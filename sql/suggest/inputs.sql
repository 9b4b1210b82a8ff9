-- The SHA-1 sums of mboxes, as mailto: IRIs and as bare addresses, also in lower case: whose mbox_sha1sum these would be.
CREATE TEMP TABLE mbox_sums (
    ifi        text COLLATE "C" NOT NULL,
    person_id  bigint NOT NULL,
    address    text COLLATE "C" NOT NULL,
    bare       boolean NOT NULL
);
