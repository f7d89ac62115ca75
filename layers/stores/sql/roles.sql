-- Who may do what in a store, once a build has made it; again after an update of Planmap. Run it as the owner of the
-- schema, who may create roles; then: GRANT planmap_reviewer TO somebody.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'planmap_reader') THEN
    CREATE ROLE planmap_reader NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'planmap_reviewer') THEN
    CREATE ROLE planmap_reviewer NOLOGIN IN ROLE planmap_reader;
  END IF;
END $$;
GRANT USAGE ON SCHEMA planmap TO planmap_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA planmap TO planmap_reader;
-- Reviews are added and never changed or taken out.
GRANT INSERT ON planmap.review_history TO planmap_reviewer;
GRANT UPDATE ON planmap.counters TO planmap_reviewer;
